import Experiment
import Guest
import Kernel

/// Other kinds of traffic in a random scenario, drawn apart from the rest and without anything left to draw in the run.
extension RandomScenario {
    mutating func varyTraffic() {
        var dice = Dice(seed: scenario.seed ^ 0x7261_6666_6963)
        for index in scenario.traffic.indices where dice.once(in: 2) {
            switch dice.roll(1...4) {
            case 1: makeBursts(&scenario.traffic[index], &dice)
            case 2: makeQuestions(&scenario.traffic[index], &dice)
            case 3: makeClosedLoop(&scenario.traffic[index], &dice)
            default: makePing(&scenario.traffic[index], &dice)
            }
        }
    }

    private func makeBursts(_ entry: inout TrafficConfiguration, _ dice: inout Dice) {
        entry.kind = .onOff
        entry.on = .constant(dice.time(1...dice.pick([1_000, 200_000_000])))
        entry.off = .constant(dice.time(1_000_000...200_000_000))
    }

    private func makeQuestions(_ entry: inout TrafficConfiguration, _ dice: inout Dice) {
        entry.kind = .requestResponse
        entry.arrivals = .constant
        entry.rate = entry.rate.map { PacketRate(microPackets: $0.microPackets / 2) }
        makeService(&entry, &dice)
    }

    private func makeClosedLoop(_ entry: inout TrafficConfiguration, _ dice: inout Dice) {
        entry.kind = .requestResponse
        entry.rate = nil
        entry.think = .constant(dice.time(5_000_000...60_000_000))
        makeService(&entry, &dice)
    }

    private func makeService(_ entry: inout TrafficConfiguration, _ dice: inout Dice) {
        entry.service = .constant(dice.time(1...dice.pick([1_000_000, 40_000_000, 400_000_000])))
        if dice.once(in: 2) { entry.responseSize = UInt32(dice.roll(60...1_500)) }
        if dice.once(in: 3) { return }
        var retry = RetryConfiguration()
        retry.timeout = dice.time(1_000_000...dice.pick([30_000_000, 500_000_000]))
        retry.attempts = UInt32(dice.roll(1...4))
        entry.retry = retry
    }

    private func makePing(_ entry: inout TrafficConfiguration, _ dice: inout Dice) {
        entry.kind = .ping
        entry.rate = entry.rate.map { PacketRate(microPackets: $0.microPackets / 2) }
    }
}
