public import Wire

extension ValueCodec where Value == IPAddress {
    /// Dotted decimal (RFC 791), or a text form of IPv6 (RFC 4291); IPv6 is printed as RFC 5952 says.
    public static let ipAddress = ValueCodec.scalar(
        "IPv4 or IPv6 address", example: "10.0.0.9",
        schema: .object([
            "anyOf": .array(["ipv4", "ipv6"].map { .object(["type": .string("string"), "format": .string($0)]) })
        ]),
        parse: { text, _ throws(ValueProblem) in
            if let address = IPAddress(text: text) { return address }
            if text.contains(":") {
                throw ValueProblem("`\(text)` is not an IPv6 address", hint: "groups of 16 bits: `2001:db8::9`")
            }
            throw ValueProblem("`\(text)` is not an IPv4 address", hint: "four numbers 0 to 255: `10.0.0.9`")
        },
        canonical: { .string($0.description) }, text: { $0.description })
}

extension ValueCodec where Value == MACAddress {
    /// A unicast address: the lowest bit of its first octet is clear.
    public static let macAddress = ValueCodec.scalar(
        "MAC address", example: "52:54:00:12:34:56",
        schema: .object([
            "type": .string("string"), "pattern": .string("^[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}$"),
        ]),
        parse: { text, _ throws(ValueProblem) in
            guard let address = MACAddress(text: text) else {
                throw ValueProblem(
                    "`\(text)` is not a MAC address", hint: "six pairs of hexadecimal digits: `52:54:00:12:34:56`")
            }
            if address.value >> 40 & 1 == 1 || address.value == 0 {
                throw ValueProblem("`\(text)` is not the address of one machine", hint: "a unicast address is needed")
            }
            return address
        },
        canonical: { .string($0.description) }, text: { $0.description })
}

extension ValueCodec where Value == IPPrefix {
    /// `address/length` with no bits set behind the length.
    public static let ipPrefix = ValueCodec.scalar(
        "IPv4 or IPv6 prefix", example: "10.0.0.0/16",
        schema: .object(["type": .string("string"), "pattern": .string("^[0-9A-Fa-f:.]+/[0-9]+$")]),
        parse: { text, _ throws(ValueProblem) in
            if let prefix = IPPrefix(text: text) { return prefix }
            throw ValueProblem("`\(text)` is not an \(text.contains(":") ? "IPv6" : "IPv4") prefix", hint: fix(text))
        },
        canonical: { .string($0.description) }, text: { $0.description })

    /// `10.0.0.9/16` most likely means `10.0.0.0/16`.
    private static func fix(_ text: String) -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(text: String(parts[0])), let length = Int(parts[1]),
            (1...address.family.width).contains(length)
        else { return "address/length: `\(text.contains(":") ? "2001:db8:1::/64" : "10.0.0.0/16")`" }
        return "bits behind the length must be 0: `\(IPPrefix(address: address, length: length).base)/\(length)`"
    }
}
