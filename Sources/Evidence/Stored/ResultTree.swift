import Foundation

/// The runs below some folders, scenario by scenario.
public struct ResultTree: Sendable {
    /// By scenario, in the order of names: its runs in the order of replications.
    public private(set) var scenarios: [(name: String, runs: [StoredRun])] = []
    /// Folders that do not exist.
    public private(set) var missing: [String] = []
    /// Folders of runs that cannot be read.
    public private(set) var damaged: [StoredRun.Trouble] = []

    /// - Parameter folders: of runs, of scenarios with several runs, or of several scenarios.
    public init(_ folders: [String]) {
        var runs: [StoredRun] = []
        for folder in folders {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
                missing.append(folder)
                continue
            }
            for place in Self.runFolders(below: folder, depth: 0) {
                do { runs.append(try StoredRun(folder: place)) } catch { damaged.append(error) }
            }
        }
        let groups = Dictionary(grouping: runs, by: \.scenario)
        scenarios = groups.keys.sorted().map { name in
            (name, (groups[name] ?? []).sorted { ($0.replication, $0.folder) < ($1.replication, $1.folder) })
        }
    }

    /// Results are two levels below `Results`.
    private static func runFolders(below folder: String, depth: Int) -> [String] {
        if FileManager.default.fileExists(atPath: folder + "/manifest.json") { return [folder] }
        if depth == 2 { return [] }
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch { return [] }
        return names.filter { !$0.hasPrefix(".") }.sorted().flatMap { name -> [String] in
            var isFolder: ObjCBool = false
            let place = "\(folder)/\(name)"
            guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder), isFolder.boolValue else {
                return []
            }
            return runFolders(below: place, depth: depth + 1)
        }
    }
}
