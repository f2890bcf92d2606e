public import Kernel

/// `parallel:` of a move — how many moves of its entry may be under way at once.
public struct ParallelConfiguration: Hashable, Sendable {
    public var total: Int?
    public var perHost: Int?
    public var perRack: Int?
    public var perLink: Int?

    public init() {}

    public var limits: ParallelLimits? {
        if total == nil, perHost == nil, perRack == nil, perLink == nil { return nil }
        return ParallelLimits(total: total, perHost: perHost, perRack: perRack, perLink: perLink)
    }
}

extension ParallelConfiguration: Keyed {
    public static let keys = KeyTable<ParallelConfiguration>([
        .optional("total", \.total, .integer(1...1_000_000, example: "8"), "in all", requirement: "DER-16"),
        .optional(
            "per-host", \.perHost, .integer(1...1_000_000, example: "2"), "to or from one host",
            requirement: "DER-16"),
        .optional(
            "per-rack", \.perRack, .integer(1...1_000_000, example: "4"),
            "into or out of one rack: they share its links",
            requirement: "DER-16"),
        .optional(
            "per-link", \.perLink, .integer(1...1_000_000, example: "1"),
            "with their state on one link of the underlay, in one direction", requirement: "DER-16"),
    ])
}
