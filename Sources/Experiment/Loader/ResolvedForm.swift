import Kernel

/// The canonical form of a scenario: one JSON object, keys sorted, every key present, whole numbers in base units.
///
/// Units: durations in picoseconds, rates in bit/s, sizes in bytes, packet rates in millionths of a packet per second,
/// shares in billionths; `null` = not given. ``ScenarioLoader`` reads it back to an equal scenario, so hashes, plans
/// and baselines refer to this text.
public enum ResolvedForm {
    /// The text, one line without a line break at its end.
    public static func encode(_ scenario: Scenario) -> String {
        guard case .object(var members) = Scenario.keys.encode(scenario) else {
            preconditionFailure("a key table encodes to an object")
        }
        members["resolved"] = .integer(1)
        members["schema"] = .integer(1)
        return CanonicalValue.object(members).canonicalText
    }
}
