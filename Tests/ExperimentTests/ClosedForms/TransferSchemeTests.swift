import Kernel
import Observe
import Testing

@testable import Experiment

/// Post-copy, hybrid, disks and compression in the whole simulator: times and bytes by hand.
@Suite struct TransferSchemeTests {
    /// One client sends a packet a millisecond; links take no time but 1 us each.
    private func scenario(_ transfer: String, vm: String, move: String, failures: String) throws -> Scenario {
        let text = """
            schema: 1
            duration: 20 s
            underlay:
              {kind: leaf-spine, spines: 1, leaves: 4, hosts-per-leaf: 1, host-link: {rate: unlimited, delay: 1 us},
               fabric-link: {rate: unlimited, delay: 1 us}}
            overlay: {networks: [{name: blue, subnet: 10.0.0.0/24}]}
            nva: {at: leaf4/host1}
            vms:
              - {name: web, network: blue, at: leaf1/host1, \(vm)}
              - {name: client, network: blue, at: leaf2/host1}
            traffic: [{kind: cbr, from: client, to: web, rate: 1 kpps, size: 500 B, phase: 500 us}]
            moves: [{name: m, vm: web, to: leaf3/host1, at: 1 s, \(move)transfer: {\(transfer)}}]
            failures: \(failures)
            """
        let loaded = ScenarioLoader.load(text: text, name: "scheme.yaml")
        return try #require(loaded.scenario, "\(loaded.diagnostics)")
    }

    private func row(_ transfer: String, vm: String, move: String = "", failures: String = "[]") throws -> MigrationRow
    {
        let scenario = try scenario(transfer, vm: vm, move: move, failures: failures)
        return try #require(ResultTables(running: scenario).migrations.first)
    }

    @Test("Post-copy: downtime is the device state's time, the move lasts until all memory has followed")
    func postCopy() throws {
        let row = try row(
            "rate: 10 Gbps, latency: 50 us, scheme: post-copy, device-state: 4 MiB, switch-time: 2 ms",
            vm: "memory: 1 GiB, dirty-rate: 100 MB/s")
        let device = Duration(picoseconds: (4 << 20) * 800) + .microseconds(50)
        #expect(row.downtime == .after(device + .milliseconds(2)))
        let memory = Duration(picoseconds: (1 << 30) * 800) + .microseconds(50)
        #expect(row.totalTime == device + .milliseconds(2) + memory)
        #expect(row.bytesCopied == (1 << 30) + (4 << 20) && row.rounds == 0 && row.convergence.isEmpty)
        // A page that is asked for takes two latencies and its time on the wire.
        let (faults, stall) = (try #require(row.faults), try #require(row.stall))
        #expect(faults > 0)
        #expect(stall == Duration(picoseconds: Int64(faults) * (100_000_000 + 4_096 * 800)))
    }

    @Test("Hybrid: one round, then what was written in it follows the VM")
    func hybrid() throws {
        let row = try row("rate: 10 Gbps, scheme: hybrid", vm: "memory: 1 GiB, dirty-rate: 250 MB/s")
        #expect(row.rounds == 1 && row.downtime == .after(.zero))
        // A fifth of 1 GiB in whole pages.
        let rest: Int64 = 52_429 * 4_096
        #expect(row.bytesCopied == (1 << 30) + rest)
        #expect(row.totalTime == Duration(picoseconds: ((1 << 30) + rest) * 800))
    }

    @Test("Post-copy: with the host that it left a VM loses the memory that has not followed")
    func sourceFails() throws {
        let transfer = "rate: 1 Gbps, scheme: post-copy, device-state: 1 MiB"
        let failure = "[{target: {server: leaf1/host1}, at: 2 s}]"
        let vm = "memory: 1 GiB, dirty-rate: 1 MB/s"
        let lost = try row(transfer, vm: vm, failures: failure)
        #expect(lost.outcome == .aborted && lost.attached != nil)
        let fates = try simulate(scenario(transfer, vm: vm, move: "", failures: failure)).fates
        #expect(fates.allSatisfy { $0.end != "delivered" || $0.endedAt < 2_000_000_000_000 })
        let hot = try row("rate: 1 Gbps", vm: "memory: 64 MiB, dirty-rate: 1 MB/s", failures: failure)
        #expect(hot.outcome == .completed && hot.lost < 100, "nothing of it is left there")
    }

    @Test(
        "REQ-6-03 OLD-6-02 OLD-6-04: a disk that goes along is sent while the VM runs, its changes once it has stopped",
        arguments: [true, false])
    func diskGoesAlong(_ sendsChanges: Bool) throws {
        let row = try row(
            "rate: 10 Gbps, storage: copy, disk-changes: \(sendsChanges)",
            vm: "memory: 1 GiB, disk: 2 GiB, disk-write-rate: 80 MB/s")
        let image = Duration(picoseconds: (2 << 30) * 800)
        let memory = Duration(picoseconds: (1 << 30) * 800)
        #expect(row.detached == Instant.zero + .seconds(1) + image + memory)
        // 80 MB/s for 3 GiB at 10 Gbit/s, in whole blocks.
        let changes = ((3 << 30) * 800 / 12_500 + 4_095) / 4_096 * 4_096 as Int64
        #expect(row.isDiskConsistent == sendsChanges)
        #expect(row.downtime == .after(sendsChanges ? Duration(picoseconds: changes * 800) : .zero))
        #expect(row.bytesCopied == (3 << 30) + (sendsChanges ? changes : 0))
    }

    @Test("REQ-6-03: a disk that is reached from everywhere is not sent; cold, one that is not goes with the rest")
    func sharedDiskStays() throws {
        let shared = try row("rate: 10 Gbps", vm: "memory: 1 GiB, disk: 2 GiB, disk-write-rate: 80 MB/s")
        #expect(shared.bytesCopied == 1 << 30 && shared.isDiskConsistent == nil)
        let cold = try row(
            "rate: 10 Gbps, storage: copy", vm: "disk: 2 GiB", move: "mode: cold, cold: {from: stopped, start: 1 s}, ")
        #expect(cold.bytesCopied == 2 << 30)
        #expect(cold.downtime == .after(.seconds(1) + Duration(picoseconds: (2 << 30) * 800)))
    }

    @Test("REQ-2-03: a warm move with its disk sends what changed of both since the last snapshot")
    func warmSendsDiskChanges() throws {
        let row = try row(
            "rate: 10 Gbps, storage: copy",
            vm: "memory: 1 GiB, dirty-rate: 8 MB/s, disk: 2 GiB, disk-write-rate: 4 MB/s",
            move: "mode: warm, warm: {interval: 600 ms}, ")
        #expect(row.staleness == .milliseconds(400))
        let (memory, disk) = ((3_200_000 + 4_095) / 4_096 * 4_096, (1_600_000 + 4_095) / 4_096 * 4_096)
        #expect(row.bytesCopied == Int64(memory + disk))
    }

    @Test("Compression: what is left of state takes the channel, and pre-copy knows it from the start")
    func compression() throws {
        let row = try row(
            "rate: 10 Gbps, compression: 40 %, downtime-target: 30 ms", vm: "memory: 1 GiB, dirty-rate: 100 MB/s")
        let plain = try self.row("rate: 25 Gbps, downtime-target: 30 ms", vm: "memory: 1 GiB, dirty-rate: 100 MB/s")
        #expect(row.rounds == plain.rounds && row.bytesCopied == plain.bytesCopied)
        let bytes = try #require(row.bytesCopied)
        let sent = try #require(row.bytesSent)
        #expect(sent >= bytes * 2 / 5 && sent <= bytes * 2 / 5 + 3, "rounded up in each stage")
        let times = (try #require(row.totalTime).picoseconds, try #require(plain.totalTime).picoseconds)
        #expect(times.0 - times.1 >= 0 && times.0 - times.1 <= 3 * 800, "a byte a stage")
    }
}
