import Fabric
import Kernel
import Mobility

/// The state of one moving VM on its way through the underlay: both ends of its stream, and how it is cut.
struct StateRoute: Sendable {
    /// What is said in one packet, or train of them.
    enum Cargo: Sendable {
        case block(StreamBlock, part: Range<Int>)
        case answer(StreamAcknowledgement)
    }

    /// What is sent at present.
    enum Purpose: Sendable {
        case nothing
        /// A snapshot of a warm move, before it begins.
        case snapshot
        /// State that the move waits for.
        case stage(isAcknowledged: Bool)
    }

    let grain: TransferConfiguration.Grain
    /// IP packets beside the state that they carry: headers of IP and TCP.
    let headerBytes: UInt32
    let to: NodeID
    /// By which switches choose among equal paths: one stream keeps to one of them.
    let entropy: UInt32
    var from = NodeID.none
    var sender: StreamSender
    var receiver = StreamReceiver()
    var purpose = Purpose.nothing
    /// When it is served again, and when it looks whether an answer is overdue; `never` = no such event is pending.
    var wake = Instant.never
    var look = Instant.never

    init(_ transfer: TransferConfiguration, to: NodeID, headerBytes: UInt32, smallestMTU: UInt32, entropy: UInt32) {
        grain = transfer.grain
        self.headerBytes = headerBytes
        self.to = to
        self.entropy = entropy
        let packet = transfer.packet ?? min(1_500, UInt64(smallestMTU))
        let segment = packet - UInt64(headerBytes)
        sender = StreamSender(
            StreamSettings(
                segmentBytes: segment, blockSegments: Int(max(1, transfer.train / segment)), window: transfer.window,
                limit: transfer.limit))
    }

    /// Something else is to be sent from now on.
    mutating func begin(_ purpose: Purpose, _ bytes: UInt64, from: NodeID, now: Instant) {
        self.purpose = purpose
        self.from = from
        sender.begin(bytes, now: now)
        receiver.begin(stage: sender.stage, segments: sender.settings.segments(of: bytes))
    }

    mutating func cancel() {
        purpose = .nothing
        sender.cancel()
    }

    /// Whether what is sent is where it is waited for.
    var isDone: Bool {
        switch purpose {
        case .nothing: false
        case .snapshot, .stage(isAcknowledged: false): receiver.isComplete
        case .stage(isAcknowledged: true): sender.isAcknowledged
        }
    }

    /// Length of the frame that carries segments of the present stage, one of them.
    func frameBytes(ofSegment segment: Int) -> UInt32 {
        let state = sender.settings.bytes(of: segment..<segment + 1, total: sender.total)
        return UInt32(state) + headerBytes + SizeClass.ethernetBytes
    }
}
