import Foundation
public import Kernel

/// What a result is and how it came about: `manifest.json`. Deterministic: equal runs have equal manifests.
public struct Manifest: Hashable, Sendable {
    /// Where the root seed came from.
    public enum SeedOrigin: String, Sendable {
        case file, flag
        case ownDefault = "default"
    }

    public enum State: String, Sendable {
        case complete
        /// The run was interrupted; its tables describe it up to then.
        case partial
    }

    /// A file that the scenario was read from.
    public struct SourceFile: Hashable, Sendable {
        /// As given by the user, or relative to the file that includes it.
        public var path: String
        public var sha256: String
        public init(path: String, sha256: String) {
            self.path = path
            self.sha256 = sha256
        }
    }

    /// Something the drafts leave open and the model decides.
    public struct Decision: Hashable, Sendable {
        public var id: String
        public var statement: String
        public init(id: String, statement: String) {
            self.id = id
            self.statement = statement
        }
    }

    /// What came of an expectation of the scenario.
    public struct Expectation: Hashable, Sendable {
        public var verdict: Verdict
        /// Where the scenario's file says it; 0 = nowhere.
        public var line: Int
        public init(_ verdict: Verdict, line: Int) {
            self.verdict = verdict
            self.line = line
        }
    }

    /// A default of our own choice that was in force.
    public struct OwnDefault: Hashable, Sendable {
        public var key: String
        public var value: String
        /// Why this value.
        public var origin: String
        public init(key: String, value: String, origin: String) {
            self.key = key
            self.value = value
            self.origin = origin
        }
    }

    /// 64-bit hashes in hexadecimal; see the design of fingerprints in `Kernel`.
    public struct Fingerprints: Hashable, Sendable {
        public var events: String
        public var fates: String
        public var metrics: String
        public init(events: String, fates: String, metrics: String) {
            self.events = events
            self.fates = fates
            self.metrics = metrics
        }
    }

    public static let toolName = "nvo3sim"

    public var toolVersion = ""
    /// Changes when the same scenario is meant to give other results.
    public var modelVersion = ""
    public var swiftVersion = ""
    public var gslVersion = ""
    public var scenario = ""
    public var scenarioFiles: [SourceFile] = []
    /// Hash of the resolved scenario's canonical form.
    public var resolvedSHA256 = ""
    /// `--set` arguments, in their order.
    public var overrides: [String] = []
    public var run: RunKey
    public var seedOrigin = SeedOrigin.file
    public var events: UInt64 = 0
    public var state = State.complete
    /// The virtual instant at which the run ended, or was interrupted.
    public var reached = Instant.zero
    public var fingerprints = Fingerprints(events: "", fates: "", metrics: "")
    public var outputs: [OutputRecord] = []
    public var decisions: [Decision] = []
    public var ownDefaults: [OwnDefault] = []
    public var expectations: [Expectation] = []

    public init(run: RunKey) { self.run = run }

    /// The file.
    public var document: String { json.document }

    /// Whether a manifest was written by this program.
    static func isOurs(_ bytes: Data) -> Bool {
        do {
            let root = try JSONSerialization.jsonObject(with: bytes) as? [String: Any]
            let tool = root?["tool"] as? [String: Any]
            return tool?["name"] as? String == toolName
        } catch {
            return false
        }
    }

    /// A fingerprint of all tables: the first 16 digits of the SHA-256 over their names and hashes, sorted by name.
    public static func metricsFingerprint(of outputs: [OutputRecord]) -> String {
        let tables = outputs.filter { $0.name.hasSuffix(".csv") }.sorted { $0.name < $1.name }
        let text = tables.map { "\($0.name) \($0.sha256)\n" }.joined()
        return String(SHA256.hex(text.utf8).prefix(16))
    }
}

extension Manifest {
    var json: JSONValue {
        .object([
            "tool": .object(["name": .string(Self.toolName), "version": .string(toolVersion)]),
            "model-version": .string(modelVersion),
            "built-with": .object(["swift": .string(swiftVersion), "gsl": .string(gslVersion)]),
            "scenario": scenarioJSON,
            "seed": .object(["value": .unsigned(run.seed), "origin": .string(seedOrigin.rawValue)]),
            "point": .string(run.point),
            "replication": .integer(Int64(run.replication)),
            "axes": .array(run.axes.map { .object(["name": .string($0.name), "value": .string($0.value)]) }),
            "events": .unsigned(events),
            "state": .string(state.rawValue),
            "partial": .boolean(state == .partial),
            "reached-ps": .integer(reached.picoseconds),
            "fingerprints": .object([
                "events": .string(fingerprints.events), "fates": .string(fingerprints.fates),
                "metrics": .string(fingerprints.metrics),
            ]),
            "outputs": .array(outputs.sorted { $0.name < $1.name }.map(Self.json)),
            "expectations": .array(expectations.map(Self.json)),
            "decisions": .array(
                decisions.map { .object(["id": .string($0.id), "statement": .string($0.statement)]) }),
            "own-defaults": .array(
                ownDefaults.map {
                    .object(["key": .string($0.key), "value": .string($0.value), "origin": .string($0.origin)])
                }),
        ])
    }

    private var scenarioJSON: JSONValue {
        .object([
            "name": .string(scenario),
            "files": .array(
                scenarioFiles.map { .object(["path": .string($0.path), "sha256": .string($0.sha256)]) }),
            "resolved-sha256": .string(resolvedSHA256),
            "overrides": .array(overrides.map { .string($0) }),
        ])
    }

    private static func json(_ output: OutputRecord) -> JSONValue {
        var members: [String: JSONValue] = [
            "name": .string(output.name), "bytes": .integer(output.bytes), "sha256": .string(output.sha256),
        ]
        if !output.censored.isEmpty {
            members["censored"] = .object(output.censored.mapValues { .array($0.map { .integer(Int64($0)) }) })
        }
        return .object(members)
    }

    private static func json(_ expectation: Expectation) -> JSONValue {
        let verdict = expectation.verdict
        return .object([
            "subject": .string(verdict.subject), "limit": .string(verdict.limit), "value": .string(verdict.value),
            "outcome": .string(verdict.outcome.rawValue), "remark": .string(verdict.remark),
            "line": .integer(Int64(expectation.line)),
        ])
    }
}
