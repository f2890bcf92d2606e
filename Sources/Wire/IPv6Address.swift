/// A 128-bit IPv6 address (RFC 4291).
public struct IPv6Address: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var value: UInt128

    public init(_ value: UInt128) { self.value = value }

    /// Reads the three text forms of RFC 4291, section 2.2: eight groups of up to four hexadecimal digits, one run of
    /// zero groups as `::`, the last two groups in dotted decimal; nil for anything else. Zone indices are not read.
    public init?(text: String) {
        let halves = Self.halves(of: text)
        guard (1...2).contains(halves.count), let head = Self.groups(halves[0], mayEndDotted: halves.count == 1)
        else { return nil }
        var groups = head
        if halves.count == 2 {
            guard let tail = Self.groups(halves[1], mayEndDotted: true), head.count + tail.count < 8 else { return nil }
            groups += Array(repeating: 0, count: 8 - head.count - tail.count) + tail
        }
        guard groups.count == 8 else { return nil }
        value = groups.reduce(0) { $0 << 16 | UInt128($1) }
    }

    public static func < (left: IPv6Address, right: IPv6Address) -> Bool { left.value < right.value }

    /// The canonical form of RFC 5952: lower case, no leading zeros, `::` for the first of the longest runs of at least
    /// two zero groups, IPv4-mapped addresses with dotted decimal at their end.
    public var description: String {
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: value >> UInt128(112 - 16 * $0)) }
        if value >> 32 == 0xffff { return "::ffff:\(IPv4Address(UInt32(truncatingIfNeeded: value)))" }
        let texts = groups.map { String($0, radix: 16) }
        guard let run = Self.longestZeroRun(groups) else { return texts.joined(separator: ":") }
        return texts[..<run.lowerBound].joined(separator: ":") + "::"
            + texts[run.upperBound...].joined(separator: ":")
    }

    /// What stands on both sides of the only `::`; one part when there is none, three when the text has too many.
    private static func halves(of text: String) -> [Substring] {
        var bytes = text.utf8[...]
        var halves: [Substring] = []
        var start = bytes.startIndex
        while let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
            let next = bytes.index(after: colon)
            bytes = bytes[next...]
            guard bytes.first == UInt8(ascii: ":") else { continue }
            halves.append(text[start..<colon])
            bytes = bytes.dropFirst()
            start = bytes.startIndex
        }
        return halves + [text[start...]]
    }

    /// Groups between single colons; none for an empty text.
    private static func groups(_ text: Substring, mayEndDotted: Bool) -> [UInt16]? {
        if text.isEmpty { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if mayEndDotted, index == parts.count - 1, part.contains(".") {
                guard let address = IPv4Address(text: String(part)) else { return nil }
                groups += [UInt16(address.value >> 16), UInt16(address.value & 0xffff)]
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(MACAddress.isHexDigit),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups
    }

    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int>? {
        var longest: Range<Int>?
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start > max(1, longest?.count ?? 0) { longest = start..<end }
            start = max(end, start + 1)
        }
        return longest
    }
}
