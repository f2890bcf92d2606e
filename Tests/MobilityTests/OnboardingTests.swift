import Kernel
import Mobility
import Testing

/// What VM manager and NVA say to each other before a VM is created (draft-04, section 8.1).
@Suite struct OnboardingTests {
    private let record = MappingRecord(
        network: NetworkID(0 as Int), vm: VMID(3 as Int), hardware: .none, address: .none, locator: NodeID(1),
        sequence: 0,
        move: .none)

    private func rules(ask: Bool = true, approval: Bool = false) -> OnboardingConfiguration {
        var rules = OnboardingConfiguration()
        (rules.ask, rules.approval) = (ask, approval)
        (rules.delay, rules.processing) = (.microseconds(300), .milliseconds(7))
        return rules
    }

    /// Plays a whole dialogue: what is said, how long it takes, and how it ends.
    private func play(_ onboarding: Onboarding, refusal: Refusal? = nil) -> (
        said: [String], took: Duration, end: String
    ) {
        var (step, said, took) = (onboarding.begin(record, refusal: refusal), [String](), Duration.zero)
        while case .say(let message, let sender, _, let delay) = step {
            said.append("\(sender == .nva ? "nva" : "manager") \(message.kind.name)")
            took = took + delay
            if case .onboardRequest(let record) = message {
                step = onboarding.requested(record, refusal: refusal)
            } else {
                step = onboarding.heard(message)
            }
        }
        return (said, took, step == .create ? "created" : "refused")
    }

    @Test("OLD-8.1-02, OLD-8.1-04: request, acknowledgement and confirmation, three delays and the processing")
    func threeMessages() {
        let (said, took, end) = play(Onboarding(rules()))
        #expect(said == ["manager onboard-request", "nva onboard-acknowledgement", "manager onboard-confirmation"])
        #expect(took == .microseconds(3 * 300 + 7_000) && end == "created")
    }

    @Test("OLD-8.1-04: an approval is one message and one delay more")
    func approval() {
        let (said, took, end) = play(Onboarding(rules(approval: true)))
        #expect(said.count == 4 && said.last == "nva onboard-approval")
        #expect(took == .microseconds(4 * 300 + 7_000) && end == "created")
    }

    @Test("OLD-8.1-03: what lacks resources, or authority, is refused by the NVA", arguments: [Refusal.memory, .trust])
    func refusal(_ reason: Refusal) {
        let (said, took, end) = play(Onboarding(rules()), refusal: reason)
        #expect(said == ["manager onboard-request", "nva onboard-refusal"] && end == "refused")
        #expect(took == .microseconds(2 * 300 + 7_000))
    }

    @Test("OLD-8.1-02: where nobody is asked the VM manager decides at once", arguments: [Refusal?.none, .cpu])
    func withoutNVA(_ reason: Refusal?) {
        let (said, took, end) = play(Onboarding(rules(ask: false)), refusal: reason)
        #expect(said.isEmpty && took == .zero && end == (reason == nil ? "created" : "refused"))
    }
}
