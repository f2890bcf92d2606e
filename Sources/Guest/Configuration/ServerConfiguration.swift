public import Kernel

/// An entry of `servers:` — what hosts have; a later entry overrides an earlier one.
public struct ServerConfiguration: Hashable, Sendable {
    /// A host, a rack, or `all`.
    public var at = "all"
    /// Processors; nil = as many as anybody wants, and so on.
    public var cpu: Int?
    /// Bytes.
    public var memory: UInt64?
    public var storage: UInt64?

    public init() {}
}

extension ServerConfiguration: Keyed {
    public static let keys = KeyTable<ServerConfiguration>([
        .value("at", \.at, .reference("host, rack or `all`", example: "leaf1"), "which hosts", requirement: "REQ-1-07"),
        .optional("cpu", \.cpu, .integer(1...1_000_000, example: "64"), "processors", requirement: "REQ-1-07"),
        .optional(
            "memory", \.memory, .bytes(1...1 << 60, example: "512 GiB"), "memory for VMs", requirement: "REQ-1-07"),
        .optional(
            "storage", \.storage, .bytes(1...1 << 60, example: "10 TB"), "room for their disks",
            requirement: "REQ-1-07"),
    ])
}
