import Fabric
import Guest
import Kernel
import Mobility

/// Moves whose downtime follows from a transfer of state.
extension ScenarioChecks {
    /// No single stage of a move may take longer.
    static let longestTransfer = Duration.seconds(30 * 86_400)

    mutating func checkTransfer(of move: MoveConfiguration, at path: String) {
        if decoding.isBroken("\(path).downtime") || decoding.isBroken("\(path).transfer") { return }
        guard let transfer = move.transfer else {
            if move.downtime == nil {
                fail(
                    path, "the move says neither how long the VM is away nor how its state gets there",
                    hint: "say `downtime: 22 ms`, or `transfer: {over: ideal, rate: 10 Gbps}`")
            }
            return
        }
        if move.downtime != nil {
            return fail(
                "\(path).transfer", "the downtime is given: no state is transferred",
                hint: "leave out `downtime` and it follows from `transfer`, or leave out `transfer`")
        }
        if transfer.over == .fabric { checkFabric(transfer, at: path) }
        checkOrder(of: move, transfer, at: path)
        guard let vm = scenario.vms.first(where: { $0.name == move.vm || move.vm.hasPrefix($0.name + "[") }) else {
            return
        }
        checkMemory(of: vm, move, transfer, at: path)
    }

    /// What is registered elsewhere must not run here.
    private mutating func checkOrder(of move: MoveConfiguration, _ transfer: TransferConfiguration, at path: String) {
        let runsOn =
            switch move.mode {
            case .hot: transfer.scheme == .preCopy || transfer.scheme == .hybrid
            case .warm: !move.warm.shutdownFirst
            case .cold: false
            }
        if transfer.order == .beforeSignal || !runsOn { return }
        fail(
            "\(path).transfer.order", "the VM would be registered at its new place while it runs at the old one",
            hint: "say `order: before-signal`, or let it stop first: `scheme: stop-and-copy`")
    }

    private mutating func checkFabric(_ transfer: TransferConfiguration, at path: String) {
        if scenario.underlay.hasScheduledLinks {
            fail(
                "\(path).transfer.over", "state crosses the fabric on links that serve in order of arrival",
                hint: "say `service: fifo` at all links, or `over: ideal`")
        }
        let most = UInt64(scenario.underlay.smallestMTU)
        guard let packet = transfer.packet, packet > most else { return }
        fail(
            "\(path).transfer.packet", "packets of \(packet) B are more than links carry, which is \(most) B",
            hint: "make them smaller, or `mtu` larger")
    }

    private mutating func checkMemory(
        of vm: VMConfiguration, _ move: MoveConfiguration, _ transfer: TransferConfiguration, at path: String
    ) {
        if move.mode != .cold || move.cold.from == .suspended, vm.memory == nil {
            return fail(
                "\(path).vm", "`\(vm.name)` does not say how much memory is to be sent",
                hint: "say `memory: 8 GiB` at the VM")
        }
        if transfer.storage == .copy, vm.disk == nil {
            return fail(
                "\(path).transfer.storage", "`\(vm.name)` does not say how large the disk is that goes along",
                hint: "say `disk: 40 GiB` at the VM, or `storage: shared`")
        }
        let (rate, key) = transfer.over == .ideal ? (transfer.rate, "rate") : (transfer.limit, "limit")
        guard let rate, rate.bitsPerSecond > 0 else { return }
        let plan = TransferPlan(of: vm, transfer)
        let bits = (UInt128(plan.memory) + UInt128(plan.disk) + 8_192 + UInt128(plan.deviceState)) * 8
        let left = Self.longestTransfer.picoseconds - transfer.latency.picoseconds
        if bits * 1_000_000_000_000 > UInt128(rate.bitsPerSecond) * UInt128(max(0, left)) {
            return fail("\(path).transfer.\(key)", "sending the state of `\(vm.name)` would take more than 30 days")
        }
        // Over the fabric a snapshot that is not there in time puts off the next one.
        if move.mode == .warm, transfer.over == .ideal { checkInterval(of: move, plan, rate, at: path) }
    }

    /// A snapshot must be sent before the next one is taken.
    private mutating func checkInterval(
        of move: MoveConfiguration, _ plan: TransferPlan, _ rate: BitRate, at path: String
    ) {
        let time = rate.wireTime(
            bytes: (move.transfer?.compression ?? .whole).of(plan.changedBytes(in: move.warm.interval)))
        if time <= move.warm.interval { return }
        fail(
            "\(path).warm.interval", "what is written in \(move.warm.interval) takes \(time) to send",
            hint: "mirror less often, over a faster channel, or a VM that writes less")
    }
}
