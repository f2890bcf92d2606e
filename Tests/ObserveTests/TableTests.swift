import Kernel
import Testing

@testable import Observe

@Suite("Result tables")
struct TableTests {
    @Test("A metric has one meaning: no two columns of a table share a name or a header")
    func namesAreUnique() {
        for table in TableInfo.all {
            #expect(Set(table.columns.map(\.name)).count == table.columns.count, "\(table.name)")
            #expect(Set(table.columns.map(\.header)).count == table.columns.count, "\(table.name)")
        }
        #expect(Set(TableInfo.all.map(\.name)).count == TableInfo.all.count)
    }

    @Test("Names are snake case, meanings are sentences, every table starts with the run's keys")
    func declarationsAreTidy() {
        for table in TableInfo.all {
            #expect(table.columns.prefix(3).map(\.name) == ["seed", "point", "replication"])
            for column in table.columns {
                let isSnake = column.name.utf8.allSatisfy {
                    ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 95
                }
                #expect(isSnake, "\(table.name).\(column.name)")
                #expect(column.meaning.hasSuffix("."), "\(table.name).\(column.name)")
                #expect(column.type != .time || column.unit.picoseconds != nil, "\(table.name).\(column.name)")
            }
        }
    }

    @Test(
        "The columns that users were promised are there",
        arguments: [
            (
                "flows",
                "flow source destination tenant network class sent delivered duplicate reordered lost unfinished"
                    + " misdirected triangular early buffered segments_min segments_mean segments_max links_min"
                    + " links_mean links_max latency_p50_us latency_p99_us latency_max_us bytes completion_mean_ms "
                    + "slowdown_p99_ratio conservation_error"
            ),
            ("losses", "flow move period cause whereabouts packets first_ms last_ms"),
            (
                "disruptions",
                "flow move gap_ms lost triangular reordered buffered extra_delay_us stall_ms timeouts resets"
            ),
            (
                "migrations",
                "move vm mode from to requested_ms detached_ms attached_ms downtime_ms stop_to_run_ms"
                    + " interruption_ms total_time_ms copied_bytes rounds outcome misdirected triangular lost floor"
                    + " last_misdirected_ms redirect_active_ms timer_slack_ms neighbours_changed"
            ),
            (
                "convergence",
                "cache_kind node stale_since_ms time_since_detach_ms time_since_attach_ms"
                    + " time_since_registration_ms outcome fixed_by misdirected last_misdirected_ms"
            ),
            ("phases", "move vm phase actor start_ms end_ms duration_ms"),
            (
                "nodes",
                "node kind received sent control_drops busy_ms utilisation_ratio queue_mean queue_max mappings"
                    + " mappings_max evictions redirects_max buffered_max queries query_retries registrations"
                    + " registration_retries"
            ),
            (
                "links",
                "link from to kind frames bytes utilisation_ratio drops drops_queue_full drops_link_down drops_mtu"
                    + " drops_hop_limit ecn_marked queue_max_bytes queue_max_frames"
            ),
            ("messages", "kind sender receiver_kind move messages bytes retries drops"),
            (
                "paths",
                "flow period segments_direct segments_taken segments_stretch_ratio links_direct links_taken"
                    + " links_stretch_ratio links_extra delay_direct_us delay_taken_us delay_stretch_ratio"
            ),
            (
                "timeseries",
                "flow window sent delivered lost triangular goodput_bps latency_p50_us latency_p99_us buffer_max"
            ),
            (
                "requests",
                "flow source destination response_flow sent answered late duplicate retried failed unserved unfinished"
                    + " latency_p50_us latency_p99_us latency_max_us lost longest_run gap_ms"
            ),
            ("vm-states", "number time_ms vm host from to cause"),
            ("creations", "vm host outcome refusal asked_ms created_ms registered_ms destroyed_ms delay_ms"),
            (
                "failovers",
                "failover episode vm primary secondary standby outcome failed_ms detected_ms taken_over_ms"
                    + " registered_ms returned_ms detection_ms outage_ms staleness_ms"
                    + " lost_state_bytes lost vm_time_ms sync_bytes"
            ),
            (
                "runs",
                "scenario sent delivered lost unfinished misdirected triangular lost_queue_full"
                    + " lost_stale_no_redirect convergence_max_ms still_stale moves_completed messages bytes"
            ),
        ])
    func promisedColumns(table: String, columns: String) throws {
        let info = try #require(TableInfo.all.first { $0.name == table })
        let headers = Set(info.columns.map(\.header))
        for column in columns.split(separator: " ") { #expect(headers.contains(String(column)), "\(table).\(column)") }
    }

    @Test("Names sort as people count")
    func naturalOrder() {
        let names = ["", "a", "a1", "a01", "a2", "a10", "a10b", "b", "client[2]", "client[10]", "client[10]x"]
        for (i, left) in names.enumerated() {
            for (j, right) in names.enumerated() {
                #expect((NaturalOrder.compare(left, right) < 0) == (i < j), "\(left) \(right)")
            }
        }
    }

    @Test("Rows are in the order of their keys, periods as they happen")
    func rowOrder() {
        let tables = SampleRun.tables
        #expect(tables.flows.map(\.source) == ["client[2]", "client[10]", ""])
        #expect(tables.losses.map(\.period) == [.before, .down, .after])
    }

    @Test("The headline row is the sum of the other tables")
    func headline() throws {
        let run = try #require(SampleRun.tables.runs.first)
        #expect(run.sent == 2_000 && run.lost == 305 && run.triangular == 9 && run.conservationError == 0)
        #expect(run.lostByCause[Int(LossCause.staleNoRedirect.rawValue)] == 303)
        #expect(run.convergenceMax == .after(.microseconds(5_300)))
        #expect(run.interruptionMax == .after(.microseconds(27_100)) && run.downtimeMax == .milliseconds(22))
    }

    @Test("One stale cache leaves the run without a slowest convergence")
    func headlineWithStaleCache() throws {
        var tables = SampleRun.tables
        tables.convergence.append(SampleRun.stale("leaf9/host9"))
        tables.finish(scenario: "sample", duration: .seconds(1), ended: .zero)
        let run = try #require(tables.runs.first)
        #expect(run.stillStale == 1 && run.convergenceMax == .notYet)
    }

    @Test("A lost packet that no fate accounts for shows as a conservation error")
    func conservation() {
        var flow = SampleRun.flow("f", lost: 3)
        #expect(flow.conservationError == 0)
        flow.copies = 2
        flow.duplicate = 1
        #expect(flow.conservationError == 1)
    }

    @Test("Timer slack is the timer less what the last misdirected packet needed (REQ-5-13)")
    func timerSlack() {
        var move = MigrationRow(move: "m1", vm: "web")
        move.redirectInstalled = SampleRun.ms(10_000)
        move.redirectTimer = .milliseconds(200)
        #expect(move.timerSlack == .milliseconds(200))
        move.lastAtOldNVE = SampleRun.us(10_306_500)
        #expect(move.timerSlack == Duration(picoseconds: -106_500_000_000))
        // Installed before the detach, the timer runs from the detach (DEC-08).
        move.detached = SampleRun.ms(10_050)
        #expect(move.timerSlack == Duration(picoseconds: -56_500_000_000))
        move.detached = SampleRun.ms(9_000)
        #expect(move.timerSlack == Duration(picoseconds: -106_500_000_000))
    }
}
