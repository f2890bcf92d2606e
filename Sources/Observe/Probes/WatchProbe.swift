public import Kernel

/// Follows single flows closely, those of which an end moves: silences, paths by period, and the time series.
public struct WatchProbe: Sendable {
    public struct PathKey: Hashable, Sendable {
        public var move: MoveID
        public var period: MovePeriod

        public init(move: MoveID, period: MovePeriod) {
            self.move = move
            self.period = period
        }
    }

    public struct PathSums: Sendable {
        public var taken = PathSum()
        public var triangular = PathSum()
    }

    public struct Window: Sendable {
        public let number: Int
        public var sent = 0
        public var delivered = 0
        public var lost = 0
        public var misdirected = 0
        public var triangular = 0
        public var bytes: Int64 = 0
        /// Most packets of the flow that waited in buffers at one time.
        public var bufferMax = 0
        /// One-way delays of arrivals in picoseconds; sorted when the window is closed.
        public var latencies: [Int64] = []

        init(number: Int, bufferMax: Int) {
            self.number = number
            self.bufferMax = bufferMax
        }
    }

    /// One flow.
    public struct Watch: Sendable {
        public let flow: FlowID
        public let source: VMID
        public let destination: VMID
        public fileprivate(set) var paths: [PathKey: PathSums] = [:]
        /// Sums of the present period, not in `paths` yet: most packets follow one of the same period.
        fileprivate var open: (key: PathKey, sums: PathSums)?
        /// In order of time; windows without anything are left out.
        public fileprivate(set) var windows: [Window] = []
        fileprivate var held = Level()
        fileprivate var lastDelivery: Instant?
        fileprivate var nextExpected: UInt32 = 0
    }

    public private(set) var watches: [Watch] = []
    /// By flow: place in `watches`, or -1.
    private var places: ContiguousArray<Int32>
    public let width: Duration

    /// - Parameter width: of a window of the time series.
    public init(flows: Int, width: Duration) {
        places = ContiguousArray(repeating: -1, count: flows)
        self.width = width
    }

    public mutating func watch(_ flow: FlowID, source: VMID, destination: VMID) {
        places[Int(flow.index)] = Int32(watches.count)
        watches.append(Watch(flow: flow, source: source, destination: destination))
    }

    @inline(__always)
    public func isWatched(_ flow: FlowID) -> Bool { places[Int(flow.index)] >= 0 }

    public mutating func sent(_ flow: FlowID, now: Instant) {
        let place = Int(places[Int(flow.index)])
        window(place, now) { $0.sent += 1 }
    }

    /// A packet arrived; says when the receiver had got something of the flow last, and whether a later one had
    /// overtaken this. Paths count packets of the measured window, the time series all.
    public mutating func delivered(
        _ packet: PacketRecord, _ key: PathKey, isMeasured: Bool, now: Instant
    ) -> (last: Instant?, isReordered: Bool) {
        let place = Int(places[Int(packet.flow.index)])
        let latency = now - packet.sentAt
        let isTriangular = packet.flags.contains(.redirected)
        if isMeasured { addPath(packet, place, key, latency) }
        window(place, now) { window in
            window.delivered += 1
            window.bytes += Int64(packet.innerBytes)
            if isTriangular { window.triangular += 1 }
            if packet.flags.contains(.misdirected) { window.misdirected += 1 }
            window.latencies.append(latency.picoseconds)
        }
        let isReordered = packet.serial < watches[place].nextExpected
        if !isReordered { watches[place].nextExpected = packet.serial + 1 }
        defer { watches[place].lastDelivery = now }
        return (watches[place].lastDelivery, isReordered)
    }

    private mutating func addPath(_ packet: PacketRecord, _ place: Int, _ key: PathKey, _ latency: Duration) {
        if watches[place].open?.key != key {
            closePath(place)
            watches[place].open = (key, watches[place].paths[key] ?? PathSums())
        }
        watches[place].open?.sums.taken.add(
            segments: Int(packet.segments), links: Int(packet.links), delay: latency)
        if packet.flags.contains(.redirected) {
            watches[place].open?.sums.triangular.add(
                segments: Int(packet.segments), links: Int(packet.links), delay: latency)
        }
    }

    private mutating func closePath(_ place: Int) {
        guard let (key, sums) = watches[place].open else { return }
        watches[place].paths[key] = sums
        watches[place].open = nil
    }

    public mutating func lost(_ packet: PacketRecord, now: Instant) {
        window(Int(places[Int(packet.flow.index)]), now) { window in
            window.lost += 1
            if packet.flags.contains(.misdirected) { window.misdirected += 1 }
        }
    }

    /// A packet waits in a buffer from now on.
    public mutating func held(_ flow: FlowID, now: Instant) {
        let place = Int(places[Int(flow.index)])
        if place < 0 { return }
        watches[place].held.rise()
        let waiting = watches[place].held.now
        window(place, now) { $0.bufferMax = max($0.bufferMax, waiting) }
    }

    /// A packet waits no longer.
    public mutating func released(_ flow: FlowID) {
        let place = Int(places[Int(flow.index)])
        if place >= 0 { watches[place].held.fall() }
    }

    private mutating func window(_ place: Int, _ now: Instant, _ change: (inout Window) -> Void) {
        let number = Int(now.picoseconds / width.picoseconds)
        if watches[place].windows.last?.number != number {
            closeWindow(place)
            watches[place].windows.append(Window(number: number, bufferMax: watches[place].held.now))
        }
        change(&watches[place].windows[watches[place].windows.count - 1])
    }

    private mutating func closeWindow(_ place: Int) {
        let last = watches[place].windows.count - 1
        if last >= 0 { watches[place].windows[last].latencies.sort() }
    }

    /// Settles what is still open. Call once, at the end of the run.
    public mutating func close() {
        for place in watches.indices {
            closeWindow(place)
            closePath(place)
        }
    }
}
