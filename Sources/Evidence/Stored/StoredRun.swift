import Foundation
public import Observe

/// A run as its result folder tells it.
public struct StoredRun: Sendable {
    public struct Expectation: Hashable, Sendable {
        public var subject: String
        public var limit: String
        public var value: String
        public var outcome: Verdict.Outcome
        public var remark: String
        /// Of the scenario's file; 0 = not known.
        public var line: Int
    }

    public let folder: String
    public let scenario: String
    public let replication: Int
    public let seed: String
    public let isPartial: Bool
    /// Hash of the resolved scenario.
    public let scenarioHash: String
    /// The scenario's file, as it was named.
    public let scenarioFile: String
    /// `--set` arguments, in their order.
    public let overrides: [String]
    /// Events and fates of packets.
    public let fingerprint: String
    public let expectations: [Expectation]
    /// Its tables by name, each as the manifest describes it.
    private let tables: [String: StoredTable]

    /// Why a folder could not be read as a run.
    public struct Trouble: Error, CustomStringConvertible {
        public let folder: String
        public let reason: String
        public var description: String { "\(folder): \(reason)" }
    }

    public init(folder: String) throws(Trouble) {
        self.folder = folder
        let root = try ManifestReader(folder: folder)
        scenario = try root.text("scenario", "name")
        scenarioHash = try root.text("scenario", "resolved-sha256")
        fingerprint = "\(try root.text("fingerprints", "events"))-\(try root.text("fingerprints", "fates"))"
        replication = try root.number("replication")
        seed = root.seed
        isPartial = try root.text("state") != Manifest.State.complete.rawValue
        scenarioFile = root.scenarioFile
        overrides = root.overrides
        expectations = root.expectations
        var tables: [String: StoredTable] = [:]
        for output in try root.tables() {
            tables[output.name] = try StoredTable(output, folder: folder)
        }
        self.tables = tables
    }
}

extension StoredRun: MetricSource {
    public func cells(of column: String, in table: String, where selector: [String: String]) -> [Cell] {
        tables[table]?.cells(of: column, where: selector) ?? []
    }
}

/// What is taken from a `manifest.json`.
struct ManifestReader {
    private let folder: String
    private let root: [String: Any]

    init(folder: String) throws(StoredRun.Trouble) {
        self.folder = folder
        guard let data = FileManager.default.contents(atPath: folder + "/manifest.json") else {
            throw StoredRun.Trouble(folder: folder, reason: "there is no manifest.json that can be read")
        }
        let parsed: Any?
        do { parsed = try JSONSerialization.jsonObject(with: data) } catch { parsed = nil }
        guard let root = parsed as? [String: Any] else {
            throw StoredRun.Trouble(folder: folder, reason: "manifest.json is damaged: it is no JSON object")
        }
        self.root = root
    }

    func text(_ path: String...) throws(StoredRun.Trouble) -> String {
        var value: Any? = root
        for step in path { value = (value as? [String: Any])?[step] }
        if let text = value as? String { return text }
        throw lack(path.joined(separator: "."))
    }

    func number(_ name: String) throws(StoredRun.Trouble) -> Int {
        if let number = root[name] as? Int { return number }
        throw lack(name)
    }

    private func lack(_ name: String) -> StoredRun.Trouble {
        StoredRun.Trouble(
            folder: folder, reason: "manifest.json has no `\(name)`: it is damaged, or of another program")
    }

    var seed: String { ((root["seed"] as? [String: Any])?["value"] as? NSNumber)?.stringValue ?? "" }

    var overrides: [String] { (root["scenario"] as? [String: Any])?["overrides"] as? [String] ?? [] }

    var scenarioFile: String {
        let files = (root["scenario"] as? [String: Any])?["files"] as? [[String: Any]]
        return files?.first?["path"] as? String ?? ""
    }

    var expectations: [StoredRun.Expectation] {
        (root["expectations"] as? [[String: Any]] ?? []).map { entry in
            func text(_ name: String) -> String { entry[name] as? String ?? "" }
            return StoredRun.Expectation(
                subject: text("subject"), limit: text("limit"), value: text("value"),
                outcome: Verdict.Outcome(rawValue: text("outcome")) ?? .inconclusive, remark: text("remark"),
                line: entry["line"] as? Int ?? 0)
        }
    }

    /// The result tables, named without `.csv`.
    func tables() throws(StoredRun.Trouble) -> [OutputRecord] {
        guard let outputs = root["outputs"] as? [[String: Any]] else { throw lack("outputs") }
        return outputs.compactMap { output in
            guard let name = output["name"] as? String, name.hasSuffix(".csv") else { return nil }
            let hash = output["sha256"] as? String ?? ""
            var record = OutputRecord(name: String(name.dropLast(4)), bytes: 0, sha256: hash)
            record.censored = output["censored"] as? [String: [Int]] ?? [:]
            return record
        }
    }
}
