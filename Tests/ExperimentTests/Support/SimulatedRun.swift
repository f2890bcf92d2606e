import Fabric
import Kernel
import Mobility
import Observe
import Overlay

@testable import Experiment

/// How one packet ended, in plain values: what the simulator and its twin are compared by.
struct PacketFate: Hashable {
    var flow: Int
    var serial: Int
    var sentAt: Int64
    /// delivered, lost, unfinished.
    var end: String
    /// Empty unless lost.
    var cause: String
    /// Empty unless lost.
    var whereabouts: String
    var endedAt: Int64
    var segments: Int
    var links: Int
    var redirected: Bool
    var misdirected: Bool
    var early: Bool
    var buffered: Bool
}

/// News from the NVA gave an NVE a mapping, or another one.
struct MappingChange: Hashable {
    var host: String
    var vm: String
    var at: Int64
}

/// A finished run, packet by packet.
struct SimulatedRun {
    /// Sorted by flow, then serial.
    var fates: [PacketFate]
    var mappingChanges: [MappingChange]
    /// When the NVA's record came into force, registration by registration.
    var registrationsInForce: [Int64]
    /// What else happened and how often, by the twin's own account: for the coverage of random scenarios.
    var notes: [String: Int] = [:]
}

/// Runs the simulator on a scenario and keeps every packet.
func simulate(_ scenario: Scenario) throws -> SimulatedRun {
    let (roster, names) = (Roster(scenario), NodeNames(scenario.underlay))
    var world = try WorldBuilder(scenario).build(keepingLogs: true)
    try world.run()
    world.finish()
    try world.checkConservation(names: { "flow \($0)" })
    var run = SimulatedRun(fates: world.packetLog?.map(fate) ?? [], mappingChanges: [], registrationsInForce: [])
    run.fates.sort { ($0.flow, $0.serial) < ($1.flow, $1.serial) }
    for (at, fact) in world.factLog ?? [] {
        switch fact {
        case .mappingChanged(let nve, let record, let from, _):
            // A push that repeats what the NVE knows changes nothing.
            if from == record.locator { continue }
            run.mappingChanges.append(
                MappingChange(
                    host: names.name(of: Int(nve.index)), vm: roster.name(of: Int(record.vm.index)),
                    at: at.picoseconds))
        case .registered: run.registrationsInForce.append(at.picoseconds)
        default: break
        }
    }
    return run
}

private func fate(_ packet: EndedPacket) -> PacketFate {
    var fate = PacketFate(
        flow: Int(packet.record.flow.index), serial: Int(packet.record.serial),
        sentAt: packet.record.sentAt.picoseconds, end: "delivered", cause: "", whereabouts: "",
        endedAt: packet.at.picoseconds, segments: Int(packet.record.segments), links: Int(packet.record.links),
        redirected: packet.record.flags.contains(.redirected), misdirected: packet.record.flags.contains(.misdirected),
        early: packet.record.flags.contains(.early), buffered: packet.record.flags.contains(.buffered))
    switch packet.end {
    case .delivered: break
    case .lost(let cause, let whereabouts):
        fate.end = "lost"
        fate.cause = cause.name
        fate.whereabouts = whereabouts.name
    case .unfinished: fate.end = "unfinished"
    }
    return fate
}

/// Which spine a packet takes, usually or among those that are left: the product's own choice, by outer addresses and
/// the flow's inner hash.
///
/// - Throws: `StreamRegistry.Collision`, as the product would.
func spineChoice(_ scenario: Scenario) throws -> Twin.SpineChoice {
    let roster = Roster(scenario)
    let directory = try WorldBuilder(scenario).directory
    return { source, destination, flow, among in
        var packet = PacketRecord(
            sentAt: .zero, flow: .control, serial: 0, source: .none, destination: .none, innerBytes: 0, frameBytes: 0)
        packet.outerSource = NodeID(source)
        packet.outerDestination = NodeID(destination)
        packet.entropy = flow.map { WorldBuilder.entropy(directory.name(of: $0, roster)) } ?? 0
        if let among { return Int(Topology.choice(of: packet, among: UInt32(among), salt: 0x8000_0000)) }
        return Int(Topology.spine(of: packet, among: UInt32(scenario.underlay.spines)))
    }
}
