import Fabric
import Kernel
import Testing

/// Trains against the frames that they stand for, one by one over the same links.
@Suite struct TrainTests {
    private func fabric(
        host: UInt64, inside: UInt64, queue: QueueLimit = .unlimited, framing: UnderlayConfiguration.Framing = .ethernet
    ) -> Fabric {
        var underlay = UnderlayConfiguration()
        underlay.kind = .leafSpine
        (underlay.spines, underlay.leaves, underlay.hostsPerLeaf) = (1, 2, 2)
        underlay.framing = framing
        underlay.hostLink.rate = BitRate(bitsPerSecond: host)
        underlay.hostLink.delay = .nanoseconds(700)
        underlay.fabricLink.rate = BitRate(bitsPerSecond: inside)
        underlay.fabricLink.delay = .nanoseconds(1_300)
        underlay.hostLink.queue = queue
        underlay.fabricLink.queue = queue
        return Fabric(underlay)
    }

    private static let (from, to) = (0, 2)

    private func path(_ fabric: Fabric) -> [LinkID] {
        var copy = fabric
        return Journey(.frame(100, from: Self.from, to: Self.to), over: &copy).links
    }

    /// Where each of these frames is at last, sent at once at time zero.
    private func arrivals(_ frames: [UInt32], over fabric: inout Fabric) -> [Instant] {
        var arrivals = frames.map { _ in Instant.zero }
        var records = frames.map { PacketRecord.frame($0, from: Self.from, to: Self.to) }
        for link in path(fabric) {
            for index in frames.indices {
                arrivals[index] = fabric.transmit(&records[index], on: link, now: arrivals[index]).arrival ?? .never
            }
        }
        return arrivals
    }

    private func train(_ frames: Int, _ bytes: UInt32, last: UInt32, in fabric: inout Fabric) -> PacketRecord {
        var record = PacketRecord.frame(Train.recordBytes, from: Self.from, to: Self.to)
        record.flags = [.control, .state, .train]
        record.extensionIndex = fabric.add(
            Train(frames: UInt32(frames), frameBytes: bytes, lastFrameBytes: last, cargo: 7, now: .zero))
        return record
    }

    /// When all of a train is there.
    private func arrival(_ frames: Int, _ bytes: UInt32, last: UInt32, over fabric: inout Fabric) -> Instant {
        var now = Instant.zero
        var record = train(frames, bytes, last: last, in: &fabric)
        for link in path(fabric) { now = fabric.transmit(&record, on: link, now: now).arrival ?? .never }
        return now
    }

    @Test(
        "A train is there when its last frame would be, whatever the rates of links",
        arguments: [
            (10_000, 10_000, 44), (10_000, 100_000, 44), (100_000, 10_000, 44), (1_000, 40_000, 7), (25_000, 3_000, 2),
            (7_000, 11_000, 44), (10_000, 0, 44), (0, 10_000, 44), (0, 0, 3), (10_000, 100_000, 1),
        ] as [(UInt64, UInt64, Int)])
    func arrivesWithItsLastFrame(_ host: UInt64, _ inside: UInt64, _ frames: Int) throws {
        var (one, other) = (
            fabric(host: host * 1_000_000, inside: inside * 1_000_000),
            fabric(host: host * 1_000_000, inside: inside * 1_000_000)
        )
        let last = try #require(arrivals(Array(repeating: 1_514, count: frames), over: &one).last)
        #expect(arrival(frames, 1_514, last: 1_514, over: &other) == last)
        for link in path(one) {
            #expect(one.links[Int(link.index)].bytes == other.links[Int(link.index)].bytes)
            #expect(one.links[Int(link.index)].frames == other.links[Int(link.index)].frames)
        }
    }

    @Test(
        "With a short last frame it is late by no more than one frame's time", arguments: [60, 700, 1_400] as [UInt32])
    func lastFrameMayBeShort(_ last: UInt32) throws {
        for (host, inside) in [(10, 10), (10, 100), (100, 10), (10, 40)] as [(UInt64, UInt64)] {
            let rates = (host * 1_000_000_000, inside * 1_000_000_000)
            var (one, other) = (fabric(host: rates.0, inside: rates.1), fabric(host: rates.0, inside: rates.1))
            let frames = Array(repeating: UInt32(1_514), count: 20) + [last]
            let exact = try #require(arrivals(frames, over: &one).last)
            let whole = arrival(21, 1_514, last: last, over: &other)
            let frame = BitRate(bitsPerSecond: min(rates.0, rates.1)).wireTime(bytes: 1_538)
            #expect(whole >= exact - frame && whole <= exact + frame, "\(host) and \(inside) Gbps")
        }
    }

    @Test("It takes of a link what its frames take, and others wait behind it")
    func othersWaitBehind() throws {
        var fabric = fabric(host: 8_000_000_000, inside: 8_000_000_000, framing: .none)
        let links = path(fabric)
        var record = train(10, 1_000, last: 500, in: &fabric)
        #expect(fabric.transmit(&record, on: links[0], now: .zero).arrival == .zero + .nanoseconds(1_700))
        #expect(fabric.links[Int(links[0].index)].busyUntil == .zero + .nanoseconds(9_500))
        var tenant = PacketRecord.frame(300, from: Self.from, to: Self.to)
        #expect(
            fabric.transmit(&tenant, on: links[0], now: .zero).arrival == Instant.zero + .nanoseconds(9_500 + 300 + 700)
        )
    }

    @Test("What finds no room in a switch is cut off its end; at its own host it waits in memory")
    func queueCutsItsEnd() throws {
        // A frame takes 1 us at 8 Gbit/s; ten come at once from a link without limit of rate.
        var fabric = fabric(host: 0, inside: 8_000_000_000, queue: .bytes(4_000), framing: .none)
        let links = path(fabric)
        var record = train(10, 1_000, last: 1_000, in: &fabric)
        let head = try #require(fabric.transmit(&record, on: links[0], now: .zero).arrival)
        _ = fabric.transmit(&record, on: links[1], now: head)
        // One is in service, four wait, five are lost.
        #expect(fabric.usage(of: links[1], until: head).queueFull == 5)
        #expect(fabric.links[Int(links[1].index)].frames == 5)
        #expect(fabric.takeTrain(record.extensionIndex).frames == 5)
        var tenant = PacketRecord.frame(1_000, from: Self.from, to: Self.to)
        #expect(fabric.transmit(&tenant, on: links[1], now: head).loss == .queueFull)
        #expect(fabric.transmit(&tenant, on: links[1], now: head + .microseconds(1)).arrival != nil, "one has started")
    }

    @Test("A frame too long for a link, and a link that has failed, lose all of it")
    func lostAsAWhole() throws {
        var fabric = fabric(host: 8_000_000_000, inside: 8_000_000_000)
        let link = path(fabric)[0]
        var record = train(3, 9_015, last: 100, in: &fabric)
        #expect(fabric.transmit(&record, on: link, now: .zero).loss == .mtu)
        record = train(3, 9_014, last: 100, in: &fabric)
        #expect(fabric.transmit(&record, on: link, now: .zero).arrival != nil)
        fabric.apply(LinkChange(.fail, at: .zero, links: [link]))
        record = train(3, 1_000, last: 100, in: &fabric)
        #expect(fabric.transmit(&record, on: link, now: .zero).loss == .linkDown)
    }
}
