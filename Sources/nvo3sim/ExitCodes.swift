import ArgumentParser
import Experiment

/// What the program's exit status says.
enum ExitCodes {
    static let done = ExitCode(0)
    static let failure = ExitCode(1)
    static let expectationFailed = ExitCode(2)
    static let inconclusive = ExitCode(3)
    static let badUsage = ExitCode(64)
    static let badScenario = ExitCode(65)
    static let missingInput = ExitCode(66)
    static let brokenInvariant = ExitCode(70)
    static let inputOutput = ExitCode(74)
    static let interrupted = ExitCode(130)

    /// The gravest first: what counts when several files are handled.
    private static let byGravity = [
        interrupted, brokenInvariant, failure, inputOutput, missingInput, badScenario, badUsage, expectationFailed,
        inconclusive, done,
    ]

    static func gravest(_ codes: [ExitCode]) -> ExitCode {
        byGravity.first(where: codes.contains) ?? codes.first ?? done
    }

    static func of(_ outcome: LoadResult.Outcome) -> ExitCode {
        switch outcome {
        case .loaded: done
        case .invalid: badScenario
        case .missing: missingInput
        }
    }
}
