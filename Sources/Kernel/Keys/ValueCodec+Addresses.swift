public import Wire

extension ValueCodec where Value == IPv4Address {
    /// Dotted decimal (RFC 791).
    public static let ipv4Address = ValueCodec.scalar(
        "IPv4 address", example: "10.0.0.9",
        schema: .object(["type": .string("string"), "format": .string("ipv4")]),
        parse: { text, _ throws(ValueProblem) in
            if let address = IPv4Address(text: text) { return address }
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

extension ValueCodec where Value == IPv4Prefix {
    /// `address/length` with no bits set behind the length.
    public static let ipv4Prefix = ValueCodec.scalar(
        "IPv4 prefix", example: "10.0.0.0/16",
        schema: .object(["type": .string("string"), "pattern": .string("^[0-9.]+/[0-9]+$")]),
        parse: { text, _ throws(ValueProblem) in
            if let prefix = IPv4Prefix(text: text) { return prefix }
            throw ValueProblem("`\(text)` is not an IPv4 prefix", hint: fix(text))
        },
        canonical: { .string($0.description) }, text: { $0.description })

    /// `10.0.0.9/16` most likely means `10.0.0.0/16`.
    private static func fix(_ text: String) -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv4Address(text: String(parts[0])), let length = Int(parts[1]),
            (1...32).contains(length)
        else { return "address/length: `10.0.0.0/16`" }
        let base = IPv4Address(address.value & UInt32.max << UInt32(32 - length))
        return "bits behind the length must be 0: `\(base)/\(length)`"
    }
}
