import Fabric
import Kernel
import Testing

/// Ways to and from switches that have hosts, for what NVEs in them send.
@Suite struct EdgeSwitchTests {
    static let underlays = ShapeTests.underlays.filter { !$0.testDescription.hasPrefix("star") }

    /// Nodes from a switch to another one, both included.
    private func walk(_ fabric: Fabric, from: NodeID, to: NodeID, entropy: UInt32) -> [NodeID] {
        let packet = PacketRecord.frame(
            1_064, from: Int(from.index), to: Int(to.index), entropy: entropy &* 0x9e37_79b9)
        var nodes = [from]
        while let node = nodes.last, node != to, nodes.count < 10 {
            nodes.append(fabric.farNodes[Int(fabric.nextLink(at: node, for: packet).index)])
        }
        return nodes
    }

    @Test(arguments: underlays)
    func packetsGoFromSwitchToSwitchAsFromHostToHost(_ underlay: Underlay) {
        let fabric = Fabric(underlay.configuration)
        let topology = fabric.topology
        let hosts = (0..<topology.hosts).map { NodeID($0) }
        for from in hosts {
            #expect(fabric.farNodes[Int(topology.uplink(of: from).index)] == topology.homeSwitch(of: from))
            #expect(topology.homeSwitch(of: from).index - topology.hosts < topology.edgeSwitches)
            for to in hosts where topology.homeSwitch(of: from) != topology.homeSwitch(of: to) {
                let ends = (from: topology.homeSwitch(of: from), to: topology.homeSwitch(of: to))
                for entropy in 0..<4 as Range<UInt32> {
                    let nodes = walk(fabric, from: ends.from, to: ends.to, entropy: entropy)
                    #expect(nodes.last == ends.to && nodes.count == topology.links(from: from, to: to) - 1)
                }
            }
        }
    }

    @Test func allEqualWaysToASwitchAreUsed() {
        let fabric = Fabric(Underlay.fatTree(4).configuration)
        let ends = [0, 15].map { fabric.topology.homeSwitch(of: NodeID($0)) }
        let ways = Set((0..<60 as Range<UInt32>).map { walk(fabric, from: ends[0], to: ends[1], entropy: $0) })
        // Two aggregation switches with two core switches each: 60 draws miss one of four with a chance of 1e-7.
        #expect(ways.count == 4)
    }

    @Test func waysToASwitchAvoidFailedLinks() {
        var fabric = Fabric(Underlay.leafSpine(leaves: 3, spines: 3, hosts: 2).configuration)
        let topology = fabric.topology
        let failed = [topology.leafToSpine(leaf: 0, spine: 1), topology.spineToLeaf(spine: 2, leaf: 2)]
        fabric.apply(LinkChange(.withdraw, at: .zero, links: failed))
        for entropy in 0..<50 as Range<UInt32> {
            let nodes = walk(fabric, from: topology.leafNode(0), to: topology.leafNode(2), entropy: entropy)
            #expect(nodes == [topology.leafNode(0), topology.spineNode(0), topology.leafNode(2)])
        }
    }

    @Test func aTagIsNoPartOfTheIPPacket() {
        var underlay = Underlay.leafSpine(leaves: 1, spines: 1, hosts: 2).configuration
        underlay.hostLink.mtu = 1_000
        for (tag, bytes, isLost) in [(0, 1_014, false), (0, 1_018, true), (4, 1_018, false), (4, 1_019, true)] {
            var fabric = Fabric(underlay, accessTagBytes: UInt32(tag))
            var packet = PacketRecord.frame(UInt32(bytes))
            let result = fabric.transmit(&packet, on: fabric.topology.uplink(of: NodeID(0)), now: .zero)
            #expect(result.loss == (isLost ? .mtu : nil))
        }
    }

    @Test func idleDelayWithNativeFramesOnHostLinks() {
        var underlay = Underlay.leafSpine(leaves: 2, spines: 1, hosts: 2).configuration
        underlay.framing = .none
        underlay.hostLink = LinkConfiguration(rate: BitRate(bitsPerSecond: 8_000_000_000))
        underlay.fabricLink = LinkConfiguration(rate: BitRate(bitsPerSecond: 80_000_000_000))
        (underlay.hostLink.delay, underlay.fabricLink.delay) = (.microseconds(3), .microseconds(5))
        let fabric = Fabric(underlay)
        func delay(_ to: Int) -> Duration {
            fabric.unloadedDelay(from: NodeID(0), to: NodeID(to), frameBytes: 1_064, nativeFrameBytes: 1_014)
        }
        // A byte takes 1 ns on a host link, 0.1 ns between switches.
        let access = Duration(picoseconds: 3_000_000 + 1_014_000)
        #expect(delay(0) == access * 2 && delay(1) == access * 2)
        #expect(delay(2) == access * 2 + Duration(picoseconds: 5_000_000 + 106_400) * 2)
    }
}
