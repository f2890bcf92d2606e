public import Kernel
import Wire

/// Frames of one stream that cross the underlay back to back as one record: large transfers at one event a hop and
/// block instead of one a hop and frame.
///
/// A train takes of each link what its frames take. Its head goes on when the first frame has arrived, not the last
/// one; where it comes from a slower link it keeps its length, and leaves with its last frame.
public struct Train: Hashable, Sendable {
    /// Frames; those that find no room in a queue are taken off its end.
    public internal(set) var frames: UInt32
    /// Length of each on the underlay in bytes, without FCS, and of the last one.
    public let frameBytes: UInt32
    public internal(set) var lastFrameBytes: UInt32
    /// When its last frame is where the head is.
    public internal(set) var tail: Instant
    /// What it carries: a place in a table of the sender.
    public let cargo: UInt32

    /// - Parameter now: all of it is ready to be sent.
    public init(frames: UInt32, frameBytes: UInt32, lastFrameBytes: UInt32, cargo: UInt32, now: Instant) {
        precondition(frames > 0, "a train without frames")
        self.frames = frames
        self.frameBytes = frameBytes
        self.lastFrameBytes = lastFrameBytes
        self.cargo = cargo
        tail = now
    }

    /// Length of a record that stands for a train: no link takes a frame of it, which is how a link knows.
    public static var recordBytes: UInt32 { 1 << 31 }
}

extension Fabric {
    /// Puts a train on the link of the host that it comes from, or of a switch on its way.
    ///
    /// At its own host it waits in memory: no frame is lost there, and it takes no room from others. It ends at
    /// `record.outerDestination`, where it arrives with its last frame.
    @inline(never)
    mutating func transmitTrain(_ record: inout PacketRecord, on link: LinkID, now: Instant) -> Transmission {
        let index = Int(link.index)
        var train = trains[Int(record.extensionIndex)]
        let profile = profiles[Int(links[index].profile)]
        precondition(!profile.isScheduled, "trains are for fifo links")
        let busyUntil = links[index].busyUntil
        if busyUntil == .never { return .lost(lose(causeOfFailure(of: link), on: link)) }
        if train.frameBytes &- HeaderSize.ethernet > profile.mtu { return .lost(lose(.mtu, on: link)) }
        if record.hopLimit == 0 { return .lost(lose(.hopLimit, on: link)) }
        if record.links > 0 {
            cutToRoom(&train, on: index, start: max(busyUntil, now), now: now)
            if train.frames == 0 { return .lost(.queueFull) }
        }
        let (each, last) = (profile.wireBytes(frame: train.frameBytes), profile.wireBytes(frame: train.lastFrameBytes))
        let (eachTime, lastTime) = (profile.wireTime(wireBytes: each), profile.wireTime(wireBytes: last))
        let length = eachTime * Int64(train.frames - 1) + lastTime
        let start = max(busyUntil, now)
        links[index].busyUntil = start + length
        let end = max(start + length, train.tail + lastTime)
        let delay = propagation(of: record, on: link)
        train.tail = end + delay
        trains[Int(record.extensionIndex)] = train
        noteAccepted(&record, each * (train.frames - 1) + last, on: link)
        links[index].frames &+= UInt64(train.frames - 1)
        if farNodes[index] == record.outerDestination { return .arrives(train.tail) }
        return .arrives(start + (train.frames > 1 ? eachTime : lastTime) + delay)
    }

    /// Takes off what the queue has no room for: what the link has still to send when the last frame has come must fit
    /// into it, but for the frame in service.
    private mutating func cutToRoom(_ train: inout Train, on index: Int, start: Instant, now: Instant) {
        let profile = profiles[Int(links[index].profile)]
        if profile.countsNothing || profile.rate.isUnlimited { return }
        if links[index].waiting < 0 {
            links[index].waiting = Int32(waiting.count)
            waiting.append(WaitingFrames())
        }
        let slot = Int(links[index].waiting)
        waiting[slot].forgetStarted(by: now)
        let each = profile.wireBytes(frame: train.frameBytes)
        let frameTime = profile.wireTime(wireBytes: each)
        let room: Int64? =
            switch profile.queue {
            case .unlimited: nil
            case .bytes(let most): Int64(most) / Int64(each)
            case .packets(let most): Int64(most)
            }
        if let room {
            let ahead = start.picoseconds - max(train.tail, now).picoseconds
            // Of what is ahead of it a part of a frame is a frame.
            let frame = frameTime.picoseconds
            let left = ahead > 0 ? -((ahead + frame - 1) / frame) : -ahead / frame
            let fits = Int(max(0, room + 1 + left))
            if fits < Int(train.frames) {
                waiting[slot].refused += Int(train.frames) - fits
                train.frames = UInt32(fits)
                train.lastFrameBytes = train.frameBytes
            }
        }
        enter(train, slot, each, frameTime, start: start, now: now)
    }

    /// Those of its frames that will wait join the waiting ones, at once for all.
    private mutating func enter(
        _ train: Train, _ slot: Int, _ bytes: UInt32, _ frameTime: Duration, start: Instant, now: Instant
    ) {
        let spread = train.tail > now && train.frames > 1 ? train.tail - now : .zero
        let gap = train.frames > 1 ? spread.picoseconds / Int64(train.frames - 1) : 0
        for frame in 0..<Int64(train.frames) {
            let service = start + frameTime * frame
            if service > now + Duration(picoseconds: gap * frame) { waiting[slot].append(start: service, size: bytes) }
        }
    }

    // MARK: - Trains under way

    /// A train is ready: its place for `extensionIndex` of its record.
    public mutating func add(_ train: Train) -> UInt32 {
        if let place = spareTrains.popLast() {
            trains[Int(place)] = train
            return place
        }
        trains.append(train)
        return UInt32(trains.count - 1)
    }

    /// A train has arrived or is lost.
    public mutating func takeTrain(_ place: UInt32) -> Train {
        spareTrains.append(place)
        return trains[Int(place)]
    }
}
