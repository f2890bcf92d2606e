public import Kernel

/// An entry of `failures:` — something does not work in [at, at + repair).
public struct FailureConfiguration: Hashable, Sendable {
    /// Empty = `failure1`, `failure2`, … by place in the file.
    public var name = ""
    public var target = FailureTarget()
    public var at = Duration.zero
    /// Time until it works again; nil = never.
    public var repair: Duration?

    public init() {}
}

/// `target:` — what fails.
public struct FailureTarget: Hashable, Sendable {
    /// The names of the nodes at its ends: `leaf1-spine2` both directions, `leaf1->spine2` one.
    public var link = ""

    public init() {}
}

extension FailureConfiguration: Keyed {
    public static let keys = KeyTable<FailureConfiguration>([
        .value("name", \.name, .name, "name of the failure; by default `failure1`, `failure2`, …"),
        .section("target", \.target, "what fails").required("for example `target: {link: leaf1-spine2}`"),
        .value("at", \.at, .duration(example: "300 ms"), "when it fails").required(),
        .optional(
            "repair", \.repair, .duration(from: Duration(picoseconds: 1), example: "50 ms"),
            "time until it works again; by default it never does"),
    ])
}

extension FailureTarget: Keyed {
    public static let keys = KeyTable<FailureTarget>([
        .value(
            "link", \.link, .reference("link", example: "leaf1-spine2"),
            "a link by the nodes at its ends: `leaf1-spine2` both directions, `leaf1->spine2` one"
        ).required()
    ])
}
