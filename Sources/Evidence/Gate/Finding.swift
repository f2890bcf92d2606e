public import Observe

/// What a gate has to say about one thing that it looked at.
public struct Finding: Hashable, Sendable {
    public enum Kind: String, Sendable {
        /// A result, or its lack.
        case result
        case expectation, metric, fingerprint
    }

    /// How a change was judged.
    public struct Statistics: Hashable, Sendable {
        public var pairs: Int
        public var degreesOfFreedom: Int
        /// Probability of a change so far beyond the tolerance without a true one.
        public var probability: Double
        /// The same, grown for the number of metrics (Holm).
        public var adjusted: Double
        /// Bounds of the true mean change, each with the gate's confidence, in the unit of the column.
        public var lower: Double
        public var upper: Double
    }

    public var scenario: String
    public var kind: Kind
    public var outcome: Verdict.Outcome
    public var subject: String
    public var then = ""
    public var now = ""
    public var change = ""
    public var tolerance = ""
    /// Better than the baseline, beyond what chance explains.
    public var isBetter = false
    public var statistics: Statistics?
    /// `exact comparison`, `paired t-test`.
    public var method = ""
    public var remark = ""
    /// Where somebody wrote down what was expected; line 0 = nowhere.
    public var file = ""
    public var line = 0

    init(_ scenario: String, _ kind: Kind, _ outcome: Verdict.Outcome, _ subject: String, remark: String = "") {
        (self.scenario, self.kind, self.outcome, self.subject) = (scenario, kind, outcome, subject)
        self.remark = remark
    }

    /// A whole sentence for those who see nothing else.
    public var sentence: String {
        var text = subject
        if kind == .expectation, !now.isEmpty { text += " is \(now)" }
        if kind == .expectation, !tolerance.isEmpty { text += ", expected \(tolerance)" }
        if kind == .metric, !change.isEmpty {
            text += " went from \(then) to \(now) (\(change), tolerance \(tolerance))"
        }
        return remark.isEmpty ? text : "\(text): \(remark)"
    }
}
