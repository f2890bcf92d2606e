import Experiment
import Kernel
import Overlay

/// Caches, queries, holds, invalidation, redirects and buffers of a random scenario.
extension RandomScenario {
    /// The part of the model without queries: misses and unknown places are losses.
    mutating func makePlainRedirect() {
        scenario.nve.miss = .drop
        scenario.nva.onDetach = .keep
        scenario.redirect.learn = dice.once(in: 3) ? .none : .preinstalled
        let timers: [Int64] = [5_000_000, 300_000_000, 4_000_000_000, 4_000_000_000]
        scenario.redirect.timer = dice.time(1...dice.pick(timers))
    }

    mutating func makeEdges() {
        if dice.once(in: 3) { scenario.nva.pushTargets = .communicating }
        scenario.nve.miss = dice.pick([.drop, .queryDrop, .queryQueue, .queryQueue])
        scenario.nve.missQueue = UInt32(dice.pick([1, 2, 4, 100]))
        if dice.once(in: 2) { scenario.nve.cache.timeout = dice.time(1...dice.pick([60_000_000, 900_000_000])) }
        scenario.nve.cache.kind = dice.pick([.hard, .sliding])
        scenario.nve.cache.requery = dice.pick([.eager, .lazy])
        if dice.once(in: 3) { scenario.nve.cache.capacity = UInt32(dice.roll(1...3)) }
        scenario.nve.query.timeout = dice.time(1_000_000...dice.pick([50_000_000, 600_000_000]))
        scenario.nve.query.retries = UInt32(dice.roll(0...3))
        makeDirectory()
        makeInvalidation()
        makeRedirect()
    }

    private mutating func makeDirectory() {
        scenario.nva.costs.query = dice.time(0...dice.pick([2_000_000, 60_000_000]))
        scenario.nva.onDetach = dice.pick([.hold, .hold, .keep, .withdraw])
        scenario.nva.holdTimeout = dice.time(1...dice.pick([100_000_000, 900_000_000, 5_000_000_000]))
        scenario.nva.unknown = dice.pick([.negative, .negative, .silent])
        scenario.nva.negativeLifetime = dice.time(1...dice.pick([30_000_000, 400_000_000]))
    }

    private mutating func makeInvalidation() {
        if dice.once(in: 3) { return }
        scenario.invalidate.by = dice.pick([.oldNVE, .vmManager, .both])
        scenario.invalidate.targets = dice.pick([.all, .members, .communicating])
        // Which NVEs have to do with a VM only the NVA knows.
        if scenario.invalidate.by != .vmManager && scenario.invalidate.targets == .communicating {
            scenario.invalidate.targets = .members
        }
        if dice.once(in: 2) { scenario.invalidate.detectDelay = dice.time(1...300_000_000) }
        if dice.once(in: 2) { scenario.invalidate.spacing = dice.time(1...20_000_000) }
    }

    private mutating func makeRedirect() {
        scenario.redirect.learn = dice.pick([.none, .query, .query, .nvaPush, .preinstalled, .moveRequest])
        scenario.redirect.timer = dice.time(1...dice.pick([20_000_000, 300_000_000, 4_000_000_000, 4_000_000_000]))
        scenario.redirect.idle = dice.time(1...dice.pick([20_000_000, 300_000_000]))
        scenario.redirect.stop = dice.pick([.timer, .timer, .idle, .firstOf])
        scenario.redirect.onExpiry = dice.pick([.drop, .requery])
        scenario.redirect.buffer.at = dice.pick([.none, .old, .new])
        scenario.redirect.buffer.limit = UInt32(dice.pick([1, 2, 5, 1_000]))
        if dice.once(in: 2) { scenario.redirect.buffer.lifetime = dice.time(1...dice.pick([30_000_000, 400_000_000])) }
    }
}
