import Foundation
import Testing

/// Signals to the program, as Ctrl-C and a job scheduler send them.
@Suite struct InterruptProgramTests {
    /// Three days of traffic: nobody waits for their end.
    private static func long(_ name: String) -> String {
        ProgramScenarios.plain(name, more: ProgramScenarios.holds).replacing("duration: 100 ms", with: "duration: 3 d")
    }

    /// A terminal as standard error: what the program draws there comes out of `master`.
    private struct Terminal {
        let master: Int32
        let slave: FileHandle

        init() throws {
            master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
            var (isLocked, number) = (Int32(0), Int32(0))
            try #require(master >= 0)
            // What unlockpt and ptsname do: TIOCSPTLCK, TIOCGPTN.
            let results = [ioctl(master, 0x4004_5431, &isLocked), ioctl(master, 0x8004_5430, &number)]
            try #require(results == [0, 0])
            let descriptor = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
            try #require(descriptor >= 0)
            slave = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        }

        /// Reads on until a text has come, or the other side is closed; returns all that came.
        func read(until text: String?) -> String {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = Glibc.read(master, &buffer, buffer.count)
                if count <= 0 { break }
                bytes += buffer.prefix(count)
                if let text, String(decoding: bytes, as: UTF8.self).contains(text) { break }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func aSignalEndsARunAndLeavesValidMarkedFiles(_ signal: Int32) throws {
        let folder = try Folder()
        try folder.write(Self.long("long"), to: "long.yaml")
        try folder.write(Self.long("next"), to: "next.yaml")
        try folder.write("", to: "output")
        let terminal = try Terminal()
        let process = try Program.prepare(["run", "long.yaml", "next.yaml"], in: folder)
        process.standardOutput = try FileHandle(forWritingTo: folder.url.appendingPathComponent("output"))
        process.standardError = terminal.slave
        try process.run()
        try terminal.slave.close()
        let drawn = terminal.read(until: " %")
        #expect(drawn.contains("long"), "\(drawn)")
        kill(process.processIdentifier, signal)
        let rest = terminal.read(until: nil)
        process.waitUntilExit()
        close(terminal.master)
        #expect(process.terminationReason == .exit && process.terminationStatus == 130)
        #expect(rest.contains("long.yaml: warning: the run was interrupted; its results are partial"), "\(rest)")
        #expect(rest.contains("interrupted: 1 file was not run"), "\(rest)")
        let output = try folder.text("output")
        #expect(output.contains("Interrupted: what follows describes the run up to "), "\(output)")
        #expect(output.contains("inconclusive") && !output.contains("\r"), "\(output)")
        try expectPartial(folder)
    }

    private func expectPartial(_ folder: Folder) throws {
        #expect(try folder.names(in: "Results") == ["long"])
        #expect(try folder.names(in: "Results/long") == ["r0001"])
        let place = "Results/long/r0001"
        let manifest = try JSONSerialization.jsonObject(with: folder.bytes(place + "/manifest.json")) as? [String: Any]
        #expect(manifest?["state"] as? String == "partial")
        let reached = try #require(manifest?["reached-ps"] as? Int64)
        #expect(reached > 0 && reached < 3 * 86_400_000_000_000_000)
        for name in try folder.names(in: place) where name.hasSuffix(".csv") {
            let text = try folder.text("\(place)/\(name)")
            let rows = text.split(whereSeparator: \.isNewline)
            let fields = Set(rows.map { $0.split(separator: ",", omittingEmptySubsequences: false).count })
            #expect(fields.count == 1 && text.last?.isNewline == true, "\(name): every row has all columns")
        }
    }

    @Test func quietRunsShowNoBar() throws {
        let folder = try Folder()
        try folder.write(ProgramScenarios.plain("a"), to: "a.yaml")
        let terminal = try Terminal()
        let process = try Program.prepare(["run", "--quiet", "a.yaml"], in: folder)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = terminal.slave
        try process.run()
        try terminal.slave.close()
        #expect(terminal.read(until: nil) == "")
        process.waitUntilExit()
        close(terminal.master)
        #expect(process.terminationStatus == 0)
    }
}
