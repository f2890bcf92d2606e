import Kernel

/// Cold mobility (REQ-2-05, REQ-4.3-11 to -15, REQ-7-04, REQ-7-05, REQ-7-13): complete shutdown first, then five steps
/// one after another, each with a time of its own, and the delay before the launch.
struct ColdProcedure: Procedure {
    let times: ColdConfiguration
    /// State that is sent: see ``MoveState``.
    let bytes: UInt64
    private var stages: [ProcedureStep] = []

    init(_ times: ColdConfiguration, bytes: UInt64) {
        self.times = times
        self.bytes = bytes
        let last = times.from == .stopped ? times.start : times.resume ?? times.start
        stages = [
            .wait(times.stop, .stop), .wait(times.package, .package), .send(bytes: bytes, .copy),
            .wait(times.instantiate, .instantiate), .wait(times.launchDelay, .launch), .wait(last, .start), .run,
        ].reversed()
    }

    mutating func begin(now: Instant) -> ProcedureStep { .stop }
    mutating func stopped(now: Instant) -> ProcedureStep { next() }
    mutating func ended(now: Instant) -> ProcedureStep { next() }
    mutating func running(now: Instant) -> ProcedureStep { .done }

    /// Stages that take no time are left out.
    private mutating func next() -> ProcedureStep {
        while let stage = stages.popLast() {
            if case .wait(.zero, _) = stage { continue }
            if case .send(bytes: 0, _) = stage { continue }
            return stage
        }
        return .done
    }
}
