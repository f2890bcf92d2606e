import Kernel
import Overlay
import Testing

/// What NVEs and the NVA lose when they fail, and how they begin anew.
@Suite struct NodeFailureTests {
    @Test("REQ-8-02 an NVE that fails loses held packets, caches and timers, and is deaf and mute until repaired")
    func failedNVE() {
        var edge = edge {
            $0.nve.miss = .queryQueue
            $0.nve.missQueue = 10
        }
        edge.hear(.attach(entry(client, at: 1)))
        edge.hear(.push(entry(VMID(9 as UInt32), at: 4)))
        #expect(edge.send(1) == .held)
        #expect(edge.send(2) == .held)
        _ = edge.said()
        edge.fail(at: .milliseconds(1))
        #expect(
            edge.said() == [
                "1 ms: 1 releases 1: drop, node-down", "1 ms: 1 releases 2: drop, node-down",
                "1 ms: 1 forgets vm9, nodeFailed",
            ])
        #expect(edge.node.isDown)
        #expect(edge.send(3, at: .milliseconds(1)) == .drop(.nodeDown))
        #expect(edge.receive(4, at: .milliseconds(1)) == .drop(.nodeDown))
        edge.hear(.push(entry(web, at: 3)), at: .milliseconds(2))
        edge.pass(to: .seconds(60))
        #expect(edge.said().isEmpty, "the query's timer died with the NVE")
        #expect(edge.repeats.isEmpty)
    }

    @Test("REQ-8-02 a repaired NVE is empty and registers the VMs that its hypervisor names")
    func repairedNVE() {
        var edge = edge(authority: .host(NodeID(8)))
        edge.hear(.attach(entry(web, at: 1, sequence: 4)))
        edge.hear(.push(entry(client, at: 3)))
        edge.fail(at: .milliseconds(1))
        edge.repair(at: .milliseconds(5))
        _ = edge.said()
        #expect(edge.receive(at: .milliseconds(5)) == .drop(.notAttached))
        #expect(edge.send(to: client, at: .milliseconds(5)) == .drop(.noMapping))
        edge.hear(.restore(entry(web, at: 1, sequence: 4)), from: .hypervisor(NodeID(1)), at: .milliseconds(5))
        #expect(edge.said() == ["5 ms: 1 sends registration vm7@1#4 to 8"])
        #expect(edge.receive(at: .milliseconds(5)) == .deliver(web))
    }

    @Test("A planned restart finds the mappings again, as old as they are by then")
    func plannedRestart() {
        var edge = edge { $0.nve.cache.timeout = .milliseconds(10) }
        edge.hear(.push(entry(client, at: 3)))
        edge.hear(.push(entry(web, at: 4)), at: .milliseconds(6))
        edge.fail(keepsMappings: true, at: .milliseconds(7))
        #expect(edge.send(to: web, at: .milliseconds(8)) == .drop(.nodeDown))
        edge.repair(at: .milliseconds(11))
        #expect(edge.send(to: web, at: .milliseconds(11)) == .send(.underlay))
        #expect(edge.send(to: client, at: .milliseconds(11)) == .drop(.noMapping), "it has expired meanwhile")
    }

    @Test("A timer from before a failure does nothing, though its endpoint has a state again")
    func timersOfEarlierLives() {
        var edge = edge { $0.nve.miss = .queryDrop }
        #expect(edge.send() == .drop(.awaitingAnswer))
        edge.fail(at: .milliseconds(1))
        edge.repair(at: .milliseconds(2))
        _ = edge.said()
        #expect(edge.send(at: .milliseconds(3)) == .drop(.awaitingAnswer))
        edge.pass(to: .milliseconds(102))
        #expect(edge.repeats.isEmpty, "the first query's 100 ms are over, but not the second one's")
        edge.pass(to: .milliseconds(103))
        #expect(edge.repeats.count == 1)
    }

    @Test("A VM that has failed is silent where it was, until another place is known for it")
    func failedVM() {
        var edge = edge { $0.redirect.learn = .nvaPush }
        edge.hear(.attach(entry(web, at: 1)))
        edge.hear(.halt(entry(web, at: 1)))
        #expect(edge.receive() == .drop(.nodeDown))
        #expect(edge.send() == .drop(.nodeDown))
        edge.hear(.resume(entry(web, at: 1)))
        #expect(edge.receive() == .drop(.nodeDown), "a pause that ends wakes no dead VM")
        edge.hear(.push(entry(web, at: 1)))
        #expect(edge.receive() == .drop(.nodeDown), "that is no news")
        edge.hear(.push(entry(web, at: 4, sequence: 1)))
        #expect(edge.receive() == .send(.underlay))
        edge.hear(.attach(entry(web, at: 1, sequence: 2)))
        #expect(edge.receive() == .deliver(web))
    }

    @Test("DER-11 an NVA that fails loses what waits for it; with its directory it goes on where it was")
    func failedNVA() {
        var nva = authority()
        nva.hear(.registration(entry(VMID(1 as Int), at: 5, sequence: 1)), from: .nve(NodeID(5)))
        nva.fail(keepsDirectory: true, at: .microseconds(10))
        nva.hear(.registration(entry(VMID(0 as Int), at: 5, sequence: 1)), at: .microseconds(20))
        nva.pass(to: .seconds(1))
        #expect(nva.said().isEmpty)
        nva.repair(at: .seconds(1))
        #expect(nva.said().isEmpty)
        nva.hear(.registration(entry(VMID(1 as Int), at: 5, sequence: 1)), at: .seconds(1))
        nva.pass(to: .seconds(1) + .microseconds(20))
        #expect(nva.said().first == "1.00002 s: in force vm1@5#1")
    }

    @Test("DER-11 without its directory the NVA knows nobody and asks all NVEs for their VMs")
    func lostDirectory() {
        var nva = authority()
        nva.fail(keepsDirectory: false, at: .milliseconds(1))
        nva.repair(at: .milliseconds(2))
        nva.pass(to: .milliseconds(3))
        let said = nva.said()
        #expect(said.count == 10)
        #expect(said.first?.hasPrefix("2 ms: nva tells nve0 resynchronise") == true)
        #expect(said.last?.hasPrefix("2.018 ms: nva tells nve9 resynchronise") == true, "2 us apart")
        #expect(nva.node.presentCount == 0)
        nva.hear(.registration(entry(VMID(1 as Int), at: 2)), at: .milliseconds(3))
        nva.pass(to: .milliseconds(4))
        #expect(nva.node.presentCount == 1)
    }

    @Test("DER-11 a replica elsewhere tells the NVEs where it is, and they turn to it")
    func takeover() {
        var nva = authority { $0.authority = .host(NodeID(8)) }
        nva.fail(keepsDirectory: true, at: .milliseconds(1))
        nva.repair(host: NodeID(9), at: .milliseconds(2))
        #expect(nva.said().first?.hasPrefix("9 sends takeover") == false)
        var edge = edge(authority: .host(NodeID(8))) { $0.replicas = [NodeID(8), NodeID(9)] }
        var record = entry(web, at: 9)
        record.vm = .none
        edge.hear(.takeover(record), from: .nva)
        edge.hear(.attach(entry(web, at: 1)))
        edge.hear(.gratuitousARP(entry(web, at: 1)), from: .vm(web))
        #expect(edge.said() == ["0 ps: 1 sends registration vm7@1#0 to 9"])
    }

    @Test("DER-11 an NVE without an answer asks the next replica")
    func nextReplica() {
        var edge = edge(authority: .host(NodeID(8))) {
            $0.replicas = [NodeID(8), NodeID(9)]
            $0.nve.miss = .queryDrop
        }
        _ = edge.send()
        edge.pass(to: .seconds(2))
        #expect(edge.said().map { $0.suffix(4) } == ["to 8", "to 9", "to 8", "to 9"])
    }
}

extension Dialogue where Node == NVE {
    mutating func fail(keepsMappings: Bool = false, at time: Duration) {
        pass(to: time)
        act { node, now, context in node.fail(keepsMappings: keepsMappings, now: now, in: &context) }
    }

    mutating func repair(at time: Duration) {
        pass(to: time)
        act { node, now, context in node.repair(now: now, in: &context) }
    }
}

extension Dialogue where Node == NVA {
    mutating func fail(keepsDirectory: Bool, at time: Duration) {
        pass(to: time)
        act { node, now, _ in node.fail(keepsDirectory: keepsDirectory, now: now) }
    }

    mutating func repair(host: NodeID? = nil, at time: Duration) {
        pass(to: time)
        act { node, now, context in node.repair(at: host, now: now, in: &context) }
    }
}
