import Kernel

/// The shared workload at its four sizes, without and with the overlay. Counters are those of the standard window;
/// rates are measured over a window eight times as long.
enum WorkloadBench {
    private static let stretch: Int64 = 8

    static func run(_ repetitions: Int) throws -> [BenchFigure] {
        try [false, true].flatMap { hasOverlay in
            try SharedWorkload.standard.map { hosts, window in
                let standard = try counters(SharedWorkload(hosts: hosts, window: window, hasOverlay: hasOverlay))
                let long = SharedWorkload(hosts: hosts, window: window * stretch, hasOverlay: hasOverlay)
                var rates: [Double] = []
                for round in 0...repetitions {
                    var world = try long.world()
                    let clock = BenchClock()
                    try world.run()
                    if round > 0 { rates.append(Double(world.packetHops) / clock.seconds / 1e6) }
                }
                let name = "workload/\(hasOverlay ? "overlay" : "underlay")/\(hosts)"
                return BenchFigure(name, "M packet-hops/s", rates, remark: remark(standard))
            }
        }
    }

    private static func counters(_ workload: SharedWorkload) throws -> WorkloadCounters {
        var world = try workload.world()
        try world.run()
        return WorkloadCounters(world)
    }

    private static func remark(_ counters: WorkloadCounters) -> String {
        let perHop = (Double(counters.events) / Double(counters.packetHops) * 1_000).rounded() / 1_000
        return "\(counters.sent) sent, \(counters.delivered) delivered, \(counters.lost) dropped, "
            + "\(counters.packetHops) packet-hops, \(perHop) events/hop"
    }
}
