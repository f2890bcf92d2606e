import Experiment
import Fabric
import Guest
import Kernel
import Mobility
import Overlay

/// One move of `m` from B to C while A sends to it, with NVEs in the switches of A, B and C. All values in ps.
///
/// With h for the delay of a host's link and d for the one between two switches, a packet that leaves its VM at s is
/// at the NVE of A at s + h, at that of B at s + h + d_AB, and at the host of B at s + 2h + d_AB. The NVE of B knows of
/// the detach from k on, the one of C of the attach from v on: k = t_d and v = t_a in a leaf, k = t_d + h and
/// v = t_a + h of a split NVE. So the terms of the master formula are
/// - x1 = t_d - d_AB - 2h: the first packet that is too late for the VM at B;
/// - x2 = k - d_AB - h: the first one that the NVE of B does not send down to a host without the VM;
/// - x3 = v - d_AB - d_BC - h: the first one that comes to the NVE of C when the VM is behind it;
/// - x4 = k + F - d_AB - h: the first one that comes too late for the redirect, which B has from k on;
/// - x5 = t_u - h: the first one that A sends straight;
/// - TRI = N[max(x2, x3), min(x4, x5)), LOST = N[x1, x5) - TRI + N[x5, max(x5, v - d_AC - h)).
///
/// The announcement crosses the link of C's host, and every message of the NVA that of its own host:
/// t_n = max(t_a + announcement + h + d_CN + h, k + d_BN + h + p) + p, t_u = t_n + (position - 1) g + h + d_NA.
struct LeafMoveByHand {
    var source = ConstantRate(rate: .perSecond(1_000), phase: microseconds(500))
    var placement = NVEConfiguration.Placement.leaf
    var detach = milliseconds(10_000)
    var downtime = milliseconds(300)
    /// h.
    var access = microseconds(500)
    var delayAB = milliseconds(1)
    var delayBC = milliseconds(1)
    var delayAC = milliseconds(1)
    var delayCN = milliseconds(1)
    var delayNA = milliseconds(1)
    var delayBN = milliseconds(1)
    var announcement: Int64 = 0
    var service = milliseconds(1)
    var spacing = microseconds(100)
    var position: Int64 = 1
    /// nil when the old NVE never learns the new place; otherwise it knows it from the detach on.
    var lifetime: Int64?

    private var lag: Int64 { placement == .split ? access : 0 }
    var attach: Int64 { detach + downtime }
    var left: Int64 { detach + lag }
    private var served: Int64 { attach + lag }
    private var deregistered: Int64 { left + delayBN + access + service }
    var inForce: Int64 { max(attach + announcement + access + delayCN + access, deregistered) + service }
    var corrected: Int64 { inForce + (position - 1) * spacing + access + delayNA }

    private var x1: Int64 { detach - delayAB - 2 * access }
    private var x2: Int64 { left - delayAB - access }
    private var x3: Int64 { served - delayAB - delayBC - access }
    private var x4: Int64 { left + (lifetime ?? 0) - delayAB - access }
    private var x5: Int64 { corrected - access }

    var triangular: Int { lifetime == nil ? 0 : source.departures(from: max(x2, x3), until: min(x4, x5)) }
    var misdirected: Int { source.departures(from: x2, until: x5) }
    var lost: Int {
        source.departures(from: x1, until: x5) - triangular
            + source.departures(from: x5, until: max(x5, served - delayAC - access))
    }
    /// Lost at the old host: they were on their way down when the VM went. Nobody knew better.
    var lostOnTheWayDown: Int { source.departures(from: x1, until: x2) }

    /// Switches A, B, C and N joined to each other, a host at each; bystanders with switches of their own before A in
    /// the push train.
    func scenario(duration: Int64? = nil) -> Scenario {
        let bystanders = (0..<max(1, position - 1)).map { "D\($0)" }
        var underlay = UnderlayConfiguration()
        underlay.kind = .graph
        underlay.framing = .none
        underlay.hosts = ["A", "B", "C", "NVA"] + bystanders
        underlay.nodes = underlay.hosts.map { "at-\($0)" }
        underlay.hostSwitches = underlay.nodes
        underlay.hostLink = LinkConfiguration(rate: .unlimited)
        underlay.hostLink.delay = Duration(picoseconds: access)
        func join(_ near: String, _ far: String, _ delay: Int64) {
            let link = LinkConfiguration(rate: .unlimited, delay: Duration(picoseconds: delay))
            underlay.links.append(GraphLink("at-\(near)", "at-\(far)", link))
        }
        join("A", "B", delayAB)
        join("B", "C", delayBC)
        join("A", "C", delayAC)
        join("C", "NVA", delayCN)
        join("NVA", "A", delayNA)
        join("B", "NVA", delayBN)
        for name in bystanders { join("NVA", name, milliseconds(3)) }
        var scenario = plainScenario(underlay, duration: duration ?? corrected + milliseconds(20))
        scenario.nve.placement = placement
        scenario.nva.at = .host("NVA")
        scenario.nva.costs.registration = Duration(picoseconds: service)
        scenario.nva.costs.query = Duration(picoseconds: service)
        scenario.nva.costs.spacing = Duration(picoseconds: spacing)
        scenario.nva.pushOrder = (position > 1 ? bystanders : []) + ["A"]
        scenario.announce.delay = Duration(picoseconds: announcement)
        if let lifetime {
            scenario.redirect.learn = .preinstalled
            scenario.redirect.timer = Duration(picoseconds: lifetime)
        }
        scenario.vms = [machine("c", at: "A"), machine("m", at: "B")] + bystanders.map { machine("x\($0)", at: $0) }
        scenario.traffic = [constantRate("F1", from: "c", to: "m", source)]
        scenario.moves = [hotMove("m1", "m", to: "C", at: detach, downtime: downtime)]
        return scenario
    }
}
