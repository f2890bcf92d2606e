import Foundation
import Kernel
public import Observe
import Overlay

/// One run of a loaded scenario: world, tables, verdicts, result folder.
public struct ScenarioRun {
    public let scenario: Scenario
    let files: [SourceFile]
    let overrides: [String]
    let seedOrigin: Manifest.SeedOrigin
    let key: RunKey

    /// - Parameters:
    ///   - files: the scenario's file and its includes, for the manifest.
    ///   - replication: number of the run, from 1.
    public init(
        _ scenario: Scenario, files: [SourceFile], overrides: [String] = [],
        seedOrigin: Manifest.SeedOrigin = .file, replication: Int = 1
    ) {
        self.scenario = scenario
        self.files = files
        self.overrides = overrides
        self.seedOrigin = seedOrigin
        key = RunKey(seed: scenario.seed, replication: replication)
    }

    /// `Results/<scenario>/r0001`, or the same below another folder than `Results`.
    public func folder(below root: String) -> String {
        let number = String(key.replication)
        return "\(root)/\(scenario.name)/r\(String(repeating: "0", count: max(0, 4 - number.count)))\(number)"
    }

    /// Runs the scenario, checks the account, judges the expectations and writes the result folder.
    ///
    /// A run that its watch ends is written like any other, marked partial; none of its expectations passes or fails.
    ///
    /// - Parameter root: the folder below which results go; nil = nothing is written.
    public func execute(root: String?, watch: RunWatch? = nil) throws -> RunSummary {
        var clock = PhaseClock()
        // A place that cannot be written is better known before the run than after it.
        if let root { _ = try ResultFolder(at: folder(below: root)) }
        let builder = try WorldBuilder(scenario, replication: UInt32(key.replication))
        let (roster, directory) = (builder.roster, builder.directory)
        var world = try builder.build()
        clock.end("build")
        let state = try world.run(watchedBy: watch) ? Manifest.State.complete : .partial
        clock.end("run")
        world.finish()
        let rows = RowBuilder(scenario, roster, directory)
        try world.checkConservation { rows.flowNames[$0] }
        let tables = rows.tables(of: world, run: key)
        var verdicts = MetricEngine().judge(scenario.expect.map(\.query), on: tables)
        if state == .partial { verdicts = verdicts.map(\.ofPartialRun) }
        clock.end("tables")
        var place = ""
        if let root {
            place = folder(below: root)
            let fingerprints = (world.events.description, world.ledger.fates.description)
            var manifest = manifest(events: world.eventCount)
            manifest.state = state
            manifest.reached = world.now
            manifest.expectations = zip(verdicts, scenario.expect).map { Manifest.Expectation($0, line: $1.line) }
            try write(tables, manifest, to: place, fingerprints, &clock)
        }
        return RunSummary(
            tables: tables, verdicts: verdicts, folder: place, state: state, events: world.eventCount,
            seconds: clock.seconds(of: "run"))
    }

    private func write(
        _ tables: ResultTables, _ about: Manifest, to path: String, _ fingerprints: (events: String, fates: String),
        _ clock: inout PhaseClock
    ) throws {
        var folder = try ResultFolder(at: path)
        try tables.write(scenario.results.tables, into: &folder)
        var manifest = about
        manifest.outputs = folder.outputs
        manifest.fingerprints = Manifest.Fingerprints(
            events: fingerprints.events, fates: fingerprints.fates,
            metrics: Manifest.metricsFingerprint(of: folder.outputs))
        try folder.writeAside(manifest.document, to: "manifest.json")
        clock.end("write")
        var timing = Timing.ofThisProcess()
        timing.phases = clock.phases
        timing.events = manifest.events
        try folder.writeAside(timing.document, to: "timing.json")
        try folder.commit()
    }

    static func hash(of scenario: Scenario) -> String { SHA256.hex(ResolvedForm.encode(scenario).utf8) }

    private func manifest(events: UInt64) -> Manifest {
        var manifest = Manifest(run: key)
        manifest.toolVersion = Version.tool
        manifest.modelVersion = Version.model
        manifest.swiftVersion = Version.swift
        manifest.gslVersion = Version.gsl
        manifest.scenario = scenario.name
        manifest.scenarioFiles = files.map { Manifest.SourceFile(path: $0.path, sha256: SHA256.hex($0.bytes)) }
        manifest.resolvedSHA256 = Self.hash(of: scenario)
        manifest.overrides = overrides
        manifest.seedOrigin = seedOrigin
        manifest.events = events
        manifest.decisions = Decisions.inForce(scenario)
        manifest.ownDefaults = Description(scenario).knobs.filter { $0.isDefault && $0.origin == .ours }.map {
            Manifest.OwnDefault(key: $0.path, value: $0.text, origin: $0.documentation)
        }
        return manifest
    }
}

/// Wall time of one phase after another.
private struct PhaseClock {
    private(set) var phases: [Timing.Phase] = []
    private var last = ContinuousClock.now

    mutating func end(_ name: String) {
        let now = ContinuousClock.now
        phases.append(Timing.Phase(name: name, seconds: (now - last) / .seconds(1)))
        last = now
    }

    func seconds(of name: String) -> Double { phases.first { $0.name == name }?.seconds ?? 0 }
}

extension Expectation {
    /// The expectation as the metric engine takes it.
    var query: MetricQuery {
        MetricQuery(
            metric: metric, of: of, stat: stat, view: view, since: since, min: min.map(\.bound), max: max.map(\.bound))
    }
}

extension ExpectedValue {
    fileprivate var bound: Bound {
        switch dimension {
        case .time: Bound(.time, value)
        case .bytes: Bound(.bytes, value)
        case .packets: Bound(.packets, value)
        case .ratio: Bound(.ratio, value)
        case .rate: Bound(.rate, value)
        case .number: Bound(.number, value)
        }
    }
}
