import Kernel

@testable import Observe

/// The rows of a small run: one VM moves, two clients send to it, a third flow has nothing to do with it.
enum SampleRun {
    static let key = RunKey(seed: 7)

    static func ms(_ value: Int64) -> Instant { Instant(picoseconds: value * 1_000_000_000) }
    static func us(_ value: Int64) -> Instant { Instant(picoseconds: value * 1_000_000) }

    static var tables: ResultTables {
        var tables = ResultTables(run: key)
        tables.flows = [flow("probe:client[10]-web", lost: 0), flow("probe:client[2]-web", lost: 305), idle]
        tables.losses = [
            loss(.staleNoRedirect, .elsewhere, .after, 5), loss(.staleNoRedirect, .nowhere, .down, 298),
            loss(.queueFull, .here, .before, 2),
        ]
        tables.migrations = [move]
        tables.disruptions = [disruption]
        tables.convergence = [cache("leaf3/host1", at: 5_300), cache("leaf4/host1", at: 4_900)]
        tables.messages = [push]
        tables.paths = [path]
        tables.timeseries = [TimeSeriesRow(flow: "probe:client[2]-web", window: 0, from: .zero, until: ms(10))]
        tables.finish(scenario: "sample", duration: .seconds(1), ended: ms(1_002))
        return tables
    }

    static func flow(_ name: String, lost: Int) -> FlowRow {
        var row = FlowRow(flow: name)
        row.traffic = "probe"
        row.source = name.hasPrefix("probe:client[10]") ? "client[10]" : "client[2]"
        row.destination = "web"
        row.tenant = "acme"
        row.network = "blue"
        row.flowClass = "cbr"
        row.sent = 1_000
        row.lost = lost
        row.delivered = 1_000 - lost
        row.misdirected = lost == 0 ? 0 : 312
        row.triangular = lost == 0 ? 0 : 9
        row.redirected = lost == 0 ? 0 : 11
        row.segments = Spread(least: 1, most: 2, total: Int64(row.delivered + row.triangular), packets: row.delivered)
        row.links = Spread(
            least: 4, most: 8, total: Int64(4 * (row.delivered + row.triangular)), packets: row.delivered)
        row.latencyMean = .nanoseconds(2_010_500)
        row.latencyP50 = .milliseconds(2)
        row.latencyP99 = .nanoseconds(4_001_250)
        row.latencyMax = .microseconds(4_100)
        row.bytesSent = 1_000_000
        row.bytesDelivered = Int64(row.delivered) * 1_000
        return row
    }

    static var idle: FlowRow {
        var row = FlowRow(flow: "quiet,\"odd\"")
        row.traffic = "quiet"
        return row
    }

    static func loss(_ cause: LossCause, _ place: Whereabouts, _ period: MovePeriod, _ packets: Int) -> LossRow {
        LossRow(
            flow: "probe:client[2]-web", move: "m1", vm: "web", period: period, cause: cause, whereabouts: place,
            packets: packets, first: us(299_500), last: us(327_250))
    }

    static var move: MigrationRow {
        var row = MigrationRow(move: "m1", vm: "web")
        row.mode = "hot"
        row.from = "leaf5/host2"
        row.to = "leaf9/host3"
        row.requested = ms(300)
        row.detached = ms(300)
        row.attached = ms(322)
        row.registered = us(324_500)
        row.stopped = ms(300)
        row.running = ms(322)
        row.interruption = .after(.microseconds(27_100))
        row.totalTime = .microseconds(24_500)
        row.outcome = .completed
        row.misdirected = 312
        row.triangular = 9
        row.redirected = 11
        row.lost = 305
        row.floor = 298
        row.lastMisdirected = us(328_500)
        row.lastAtOldNVE = row.lastMisdirected
        row.redirectInstalled = ms(300)
        row.redirectTimer = .milliseconds(20)
        return row
    }

    static var disruption: DisruptionRow {
        var row = DisruptionRow(flow: "probe:client[2]-web", move: "m1", vm: "web")
        row.gap = .after(.microseconds(27_100))
        row.lost = 303
        return row
    }

    static func cache(_ node: String, at microseconds: Int64) -> ConvergenceRow {
        var row = ConvergenceRow()
        row.move = "m1"
        row.vm = "web"
        row.node = node
        row.cacheKind = "mapping"
        row.staleSince = ms(300)
        row.detached = ms(300)
        row.attached = ms(322)
        row.registered = us(324_500)
        row.corrected = us(322_000 + microseconds)
        row.outcome = .corrected
        row.fixedBy = "push"
        return row
    }

    static func stale(_ node: String) -> ConvergenceRow {
        var row = cache(node, at: 0)
        row.corrected = nil
        row.outcome = .stillStale
        row.fixedBy = ""
        return row
    }

    static var push: MessageRow {
        var row = MessageRow(kind: "push", sender: "nva", senderKind: "nva", receiverKind: "nve", move: "m1")
        row.messages = 24
        row.bytes = 24 * 122
        return row
    }

    static var path: PathRow {
        var row = PathRow(flow: "probe:client[2]-web", move: "m1", vm: "web", period: .after)
        row.directSegments = 1
        row.directLinks = 4
        row.directDelay = .milliseconds(2)
        for index in 0..<695 {
            let isTriangular = index < 9
            let delay = Duration.milliseconds(isTriangular ? 4 : 2)
            row.taken.add(segments: isTriangular ? 2 : 1, links: isTriangular ? 8 : 4, delay: delay)
            if isTriangular { row.triangular.add(segments: 2, links: 8, delay: delay) }
        }
        return row
    }
}
