public import Kernel

/// Section `onboarding:` — what VM manager and NVA say to each other before a VM is created (draft-ietf-nvo3-vmm-04,
/// section 8.1).
public struct OnboardingConfiguration: Hashable, Sendable {
    /// Whether they do; else the VM manager creates VMs by itself.
    public var ask = false
    /// From one to the other.
    public var delay = Duration.zero
    /// From the request's arrival at the NVA to its acknowledgement.
    public var processing = Duration.zero
    /// Whether the VM manager waits for the approval of its confirmation.
    public var approval = false

    public init() {}
}

extension OnboardingConfiguration: Keyed {
    private static let asks = Condition<Self>.when("ask", "true", hint: "say `ask: true` too") { $0.ask }

    public static let keys = KeyTable<OnboardingConfiguration>([
        .value(
            "ask", \.ask, .boolean, "whether VMs are created only after request, acknowledgement and confirmation",
            origin: .draft("8.1"), requirement: "OLD-8.1-02"),
        .value("delay", \.delay, .duration(example: "500 us"), "from VM manager to NVA, or back").only(asks),
        .value(
            "processing", \.processing, .duration(example: "10 ms"),
            "from the request's arrival at the NVA to its acknowledgement", requirement: "OLD-8.1-03"
        ).only(asks),
        .value(
            "approval", \.approval, .boolean, "whether the VM manager waits for the approval of its confirmation",
            requirement: "OLD-8.1-04"
        ).only(asks),
    ])
}
