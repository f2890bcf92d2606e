public import Kernel

/// `cold:` of a move — the five steps of a cold move and the launch, each with its time (draft-15, section 4.3).
public struct ColdConfiguration: Hashable, Sendable {
    /// In which state the VM is moved (REQ-2-05).
    public enum From: String, CaseIterable, Sendable {
        /// Its memory is kept and goes with it; it resumes at the new place.
        case suspended
        /// It is shut down; only its disk goes with it, and it boots at the new place.
        case stopped
    }

    public var from = From.suspended
    /// Step 1: stopping the task (REQ-4.3-11).
    public var stop = Duration.zero
    /// Step 2: packaging its state (REQ-4.3-12).
    public var package = Duration.zero
    /// Step 4: instantiating the state on the new machine (REQ-4.3-14).
    public var instantiate = Duration.zero
    /// Between instantiation and start (REQ-7-05).
    public var launchDelay = Duration.zero
    /// Step 5: starting the task (REQ-4.3-15).
    public var start = Duration.zero
    /// The same where it resumes from memory; nil = as long as ``start``.
    public var resume: Duration?

    public init() {}
}

extension ColdConfiguration: Keyed {
    private static let resumes = Condition<Self>.when("from", "suspended") { $0.from == .suspended }

    public static let keys = KeyTable<ColdConfiguration>([
        .value(
            "from", \.from, .choice(), "the state in which it moves: with its memory, or shut down",
            origin: .draft("2"), requirement: "REQ-2-05"),
        .value("stop", \.stop, .duration(example: "1 s"), "step 1: stopping the task", requirement: "REQ-4.3-11"),
        .value(
            "package", \.package, .duration(example: "500 ms"), "step 2: packaging its state",
            requirement: "REQ-4.3-12"),
        .value(
            "instantiate", \.instantiate, .duration(example: "2 s"), "step 4: instantiating the state",
            requirement: "REQ-4.3-14"),
        .value(
            "launch-delay", \.launchDelay, .duration(example: "5 s"), "between instantiation and start",
            origin: .draft("7"), requirement: "REQ-7-05"),
        .value("start", \.start, .duration(example: "3 s"), "step 5: starting the task", requirement: "REQ-4.3-15"),
        .optional(
            "resume", \.resume, .duration(example: "1 s"), "step 5 from memory; by default as long as `start`",
            requirement: "REQ-2-05"
        ).only(resumes),
    ])
}
