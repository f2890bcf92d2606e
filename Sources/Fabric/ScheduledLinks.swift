import Kernel

/// What the servers of scheduled links ask the loop for, in this order.
public enum LinkDemand: Hashable, Sendable {
    /// The frame will be at the far end then, as far as is known now. Earlier demands for the same frame are void.
    case arrival(PacketHandle, at: Instant, generation: UInt32)
    /// A transmission ends then, and frames wait.
    case endOfService(LinkID, at: Instant)
}

/// The servers of all links `service: scheduled`, and the frames that they have.
///
/// A frame's arrival is asked for when the frame comes, at the instant that follows if no frame of a higher priority
/// comes behind it and the rate stays: what a fifo link knows at once. So both kinds of link put their arrivals in the
/// event queue in the same order, and packets that meet at one instant meet in the same order. Where the guess turns
/// out wrong, the arrival is asked for again when the frame's transmission starts.
struct ScheduledLinks: Sendable {
    /// What became of a frame that was offered.
    enum Admission: Hashable, Sendable {
        case accepted
        /// It found more waiting than the ECN threshold.
        case marked
        case refused
    }

    /// A frame and what decides about it.
    struct Offer: Sendable {
        var handle: PacketHandle
        var wireBytes: UInt32
        /// 0 to 7, higher first.
        var priority: UInt8 = 0
        /// From the near end of the wire to the far end.
        var delay = Duration.zero
    }

    /// A frame in a queue, in service or on the way; by packet handle.
    private struct Frame: Sendable {
        /// At the link's present rate.
        var wireTime = Duration.zero
        var delay = Duration.zero
        /// For when its arrival has been asked for last; `.never` when that has come and was too early.
        var expected = Instant.never
        /// When it arrives; `.never` while it waits.
        var due = Instant.never
        var wireBytes: UInt32 = 0
        /// The frame behind it in its queue.
        var next = LinkServer.none
        /// Of the arrival that counts; 24 bits, as many as an event has room for.
        var generation: UInt32 = 0
    }

    private var servers: ContiguousArray<LinkServer> = []
    private var frames: ContiguousArray<Frame> = []
    /// To be taken note of, then forgotten, after each call.
    private(set) var demands: ContiguousArray<LinkDemand> = []

    mutating func clearDemands() { demands.removeAll(keepingCapacity: true) }

    /// Adds an idle server and returns its number.
    mutating func addServer(of link: LinkID, rate: BitRate) -> Int {
        servers.append(LinkServer(link: link, rate: rate))
        return servers.count - 1
    }

    /// When the last frame that is here now will have been sent; not later than now when there is none.
    func idleTime(of server: Int) -> Instant { servers[server].idleAt }

    // MARK: - What happens to a server

    /// A frame comes. Its transmission starts at once when the server is idle; else it waits, if the queue has room.
    mutating func offer(
        _ offer: Offer, to server: Int, limit: QueueLimit, ecnThreshold: UInt64 = .max, now: Instant
    ) -> Admission {
        catchUp(server, now: now)
        defer { arm(server) }
        if servers[server].serving == LinkServer.none {
            enter(offer, rate: servers[server].rate)
            begin(offer.handle.index, on: server, at: now)
            servers[server].idleAt = servers[server].end
            return .accepted
        }
        if !servers[server].hasRoom(for: offer.wireBytes, limit: limit) { return .refused }
        let isMarked = servers[server].waitingBytes > ecnThreshold
        enter(offer, rate: servers[server].rate)
        let index = Int(offer.handle.index)
        let priority = Int(offer.priority & 7)
        let last = servers[server].append(
            offer.handle.index, wireBytes: offer.wireBytes, wireTime: frames[index].wireTime, to: priority)
        if last != LinkServer.none { frames[Int(last)].next = offer.handle.index }
        ask(index, for: servers[server].endOfQueues(from: priority) + frames[index].delay)
        return isMarked ? .marked : .accepted
    }

    /// A transmission may have ended: the next frame's starts.
    mutating func endService(_ server: Int, now: Instant) {
        catchUp(server, now: now)
        arm(server)
    }

    /// From now on the server sends at this rate, also the frame in service for the rest of its bits: those bits are
    /// known exactly, and the end of its transmission is rounded up once, whatever rates it has seen.
    mutating func setRate(_ rate: BitRate, of server: Int, now: Instant) {
        catchUp(server, now: now)
        servers[server].change(to: rate, now: now)
        for priority in servers[server].queues.indices {
            var time = Duration.zero
            var frame = servers[server].queues[priority].first
            while frame != LinkServer.none {
                frames[Int(frame)].wireTime = rate.wireTime(bytes: UInt64(frames[Int(frame)].wireBytes))
                time = time + frames[Int(frame)].wireTime
                frame = frames[Int(frame)].next
            }
            servers[server].queues[priority].time = time
        }
        if servers[server].serving != LinkServer.none {
            servers[server].idleAt = servers[server].endOfQueues(from: 0)
            fix(Int(servers[server].serving), end: servers[server].end)
        }
        catchUp(server, now: now)
        arm(server)
    }

    /// The link has failed: nothing is in service, nothing waits. The frames are the caller's to lose.
    mutating func reset(_ server: Int, now: Instant) { servers[server].reset(now: now) }

    /// How a server has been used until now: the time in which it sent, and the most that has waited.
    func usage(of server: Int, until now: Instant) -> (busy: Duration, frames: UInt32, bytes: UInt64) {
        (servers[server].busy(until: now), servers[server].mostWaiting, servers[server].mostWaitingBytes)
    }

    /// A frame that has been lost with its link: its arrival is void.
    mutating func forget(_ handle: PacketHandle) { renew(Int(handle.index)) }

    /// Whether an arrival that was asked for is the frame's real one.
    mutating func isDue(_ handle: PacketHandle, generation: UInt32, now: Instant) -> Bool {
        let index = Int(handle.index)
        if frames[index].generation != generation { return false }
        if frames[index].due == now { return true }
        frames[index].expected = .never
        return false
    }

    // MARK: - Service

    /// Ends what has been sent by now and starts what comes next. Whatever else happens at the same instant comes
    /// after that, as it does on a fifo link.
    private mutating func catchUp(_ server: Int, now: Instant) {
        while servers[server].serving != LinkServer.none, servers[server].end <= now {
            let end = servers[server].end
            servers[server].endService()
            if let priority = servers[server].highestPriority {
                let frame = servers[server].queues[priority].first
                servers[server].removeFirst(
                    of: priority, wireBytes: frames[Int(frame)].wireBytes, wireTime: frames[Int(frame)].wireTime,
                    next: frames[Int(frame)].next)
                begin(frame, on: server, at: end)
            }
        }
    }

    private mutating func begin(_ frame: UInt32, on server: Int, at start: Instant) {
        let index = Int(frame)
        servers[server].serve(
            frame, wireBytes: frames[index].wireBytes, at: start, until: start + frames[index].wireTime)
        fix(index, end: servers[server].end)
    }

    /// The end of a frame's transmission is known: so is its arrival.
    private mutating func fix(_ index: Int, end: Instant) {
        let due = end + frames[index].delay
        frames[index].due = due
        if frames[index].expected != due { ask(index, for: due) }
    }

    private mutating func ask(_ index: Int, for time: Instant) {
        renew(index)
        frames[index].expected = time
        demands.append(.arrival(PacketHandle(UInt32(index)), at: time, generation: frames[index].generation))
    }

    private mutating func renew(_ index: Int) {
        frames[index].generation = (frames[index].generation + 1) & 0xff_ffff
    }

    /// Asks for the end of the transmission when there is something to do then.
    private mutating func arm(_ server: Int) {
        let end = servers[server].end
        if servers[server].waiting == 0 || servers[server].armed == end { return }
        servers[server].armed = end
        demands.append(.endOfService(servers[server].link, at: end))
    }

    private mutating func enter(_ offer: Offer, rate: BitRate) {
        let index = Int(offer.handle.index)
        while frames.count <= index { frames.append(Frame()) }
        frames[index].wireBytes = offer.wireBytes
        frames[index].wireTime = rate.wireTime(bytes: UInt64(offer.wireBytes))
        frames[index].delay = offer.delay
        frames[index].expected = .never
        frames[index].due = .never
        frames[index].next = LinkServer.none
    }
}
