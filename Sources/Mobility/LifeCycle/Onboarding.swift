public import Kernel

/// How a VM comes to be created: the VM manager asks the NVA, which acknowledges the resources or refuses, and is told
/// that the package will be used so (OLD-8.1-02 to -04).
///
/// A pure state machine: a message in, what follows from it out. It knows neither servers nor clock.
public struct Onboarding: Hashable, Sendable {
    /// What follows from a message.
    public enum Step: Hashable, Sendable {
        case say(Message, from: Party, to: Party, after: Duration)
        case create
        case refused
    }

    private let rules: OnboardingConfiguration

    /// Whether the NVA is asked at all.
    public var asks: Bool { rules.ask }

    public init(_ rules: OnboardingConfiguration) { self.rules = rules }

    /// A VM is asked for: the first message, or, where nobody is to be asked, what becomes of it at once.
    public func begin(_ record: MappingRecord, refusal: Refusal?) -> Step {
        if rules.ask { return .say(.onboardRequest(record), from: .vmManager, to: .nva, after: rules.delay) }
        return refusal == nil ? .create : .refused
    }

    /// The NVA has a request: whether resources are there it has been told.
    public func requested(_ record: MappingRecord, refusal: Refusal?) -> Step {
        let answer: Message = refusal == nil ? .onboardAcknowledgement(record) : .onboardRefusal(record)
        return .say(answer, from: .nva, to: .vmManager, after: rules.processing + rules.delay)
    }

    /// Another message has arrived.
    public func heard(_ message: Message) -> Step {
        switch message {
        case .onboardRefusal: .refused
        case .onboardAcknowledgement(let record):
            .say(.onboardConfirmation(record), from: .vmManager, to: .nva, after: rules.delay)
        case .onboardConfirmation(let record) where rules.approval:
            .say(.onboardApproval(record), from: .nva, to: .vmManager, after: rules.delay)
        case .onboardConfirmation, .onboardApproval: .create
        default: preconditionFailure("\(message) is no part of an onboarding")
        }
    }
}
