import Fabric
import Guest
import Kernel
import Mobility

/// Says in words what an event is about, by the names that the scenario has given.
struct EventNarrator {
    private let flows: [String]
    private let nodes: NodeNames
    private let roster: Roster
    private let moves: [String]

    init(_ scenario: Scenario, _ roster: Roster, _ directory: FlowDirectory) {
        flows = (0..<directory.count).map { directory.name(of: $0, roster) }
        nodes = NodeNames(scenario.underlay)
        self.roster = roster
        moves = scenario.moves.map(\.name)
    }

    func describe(_ event: Event, in world: borrowing World) -> String {
        let handle = Int(event.handle)
        switch event.kind {
        case .arrival, .scheduledArrival: return packet(event.handle, in: world)
        case .emission: return "flow \(flows[Int(world.sources[handle].flow.index)]) emits"
        case .move: return "a step of move \(moves.indices.contains(handle) ? moves[handle] : "\(handle)")"
        case .release: return "a packet that waited may leave \(nodes.name(of: handle))"
        case .link: return "a link fails, is repaired, or switches learn of it"
        case .node: return "a node or VM fails or is repaired"
        case .creation: return "VM \(roster.name(of: handle)) is asked for, or is to end"
        case .timer:
            let timer = TimerHandle(index: event.handle, generation: event.generation)
            return world.context.timers.key(of: timer).map { "timer \($0.purpose) runs out" }
                ?? "a timer that was disarmed"
        case .message: return "\(about(world.messages[event.handle].message)) arrives, over an ideal channel"
        case .sentinel: return "the run ends"
        case .transferStart, .transferPacket, .burst, .request, .response, .requestTimeout, .endOfService, .authority,
            .state, .output, .announcement:
            return "\(event.kind)"
        }
    }

    /// `push about web`.
    private func about(_ message: Message) -> String {
        let vm = Int(message.record.vm.index)
        return message.kind.name + (roster.machines.indices.contains(vm) ? " about \(roster.name(of: vm))" : "")
    }

    private func packet(_ handle: UInt32, in world: borrowing World) -> String {
        let packet = world.pool[PacketHandle(handle)]
        guard Int(packet.link.index) < world.fabric.farNodes.count else {
            return "a packet that was lost with its link"
        }
        let node = nodes.name(of: Int(world.fabric.farNodes[Int(packet.link.index)].index))
        if packet.flags.contains(.state) { return "state of a moving VM arrives at \(node)" }
        if packet.flags.contains(.control) {
            return "\(about(world.messages[packet.extensionIndex].message)) arrives at \(node)"
        }
        return "packet \(packet.serial) of \(flows[Int(packet.flow.index)]) arrives at \(node)"
    }
}
