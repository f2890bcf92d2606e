import Kernel

extension MoveProcedure {
    /// For how long a VM will stand still, as can be told beforehand (REQ-3-06): its procedure from now to the first
    /// instruction at the new place, where nothing else uses the channel.
    ///
    /// - Returns: nil where it will not stand still, because the move would be given up.
    static func forecast(_ procedure: any Procedure, over channel: IdealChannel, from start: Instant) -> Duration? {
        var procedure = procedure
        var (now, stopped) = (start, start)
        var step = procedure.begin(now: now)
        while true {
            switch step {
            case .wait(let time, _):
                now = now + time
                step = procedure.ended(now: now)
            case .send(let bytes, _):
                now = now + channel.time(of: bytes)
                step = procedure.ended(now: now)
            case .stop:
                stopped = now
                step = procedure.stopped(now: now)
            case .run: return now - stopped
            case .giveUp, .done: return nil
            }
        }
    }
}
