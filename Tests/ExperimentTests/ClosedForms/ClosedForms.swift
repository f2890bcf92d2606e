import Kernel

/// In picoseconds.
func milliseconds(_ count: Int64) -> Int64 { count * 1_000_000_000 }
func microseconds(_ count: Int64) -> Int64 { count * 1_000_000 }

/// What a constant-rate source sends: packet k leaves at phase + floor(k / rate).
struct ConstantRate {
    var rate: PacketRate
    /// Departure of packet 0, ps.
    var phase: Int64

    /// N[x, y): how many packets leave in the half-open interval, exactly for any rate.
    ///
    /// `floor(kT) >= x` is `kT >= x` for a whole x, so the fraction that each departure drops changes no count.
    func departures(from start: Int64, until end: Int64) -> Int {
        end <= start ? 0 : departures(before: end) - departures(before: start)
    }

    /// The first departure from a time on.
    func first(from time: Int64) -> Int64 {
        let tick = Int128(departures(before: time)) * 1_000_000_000_000_000_000 / Int128(rate.microPackets)
        return phase + Int64(tick)
    }

    /// All departures in the half-open interval.
    func all(from start: Int64, until end: Int64) -> [Int64] {
        var times: [Int64] = []
        var next = first(from: start)
        while next < end {
            times.append(next)
            next = first(from: next + 1)
        }
        return times
    }

    /// Smallest k with phase + kT >= time: the ceiling of (time - phase) / T.
    private func departures(before time: Int64) -> Int {
        if time <= phase { return 0 }
        let (scaled, unit) = (Int128(time - phase) * Int128(rate.microPackets), Int128(1_000_000_000_000_000_000))
        return Int((scaled + unit - 1) / unit)
    }
}

/// One move of `m` from B to C while A sends to it, as hand calculation sees it. All values in ps.
///
/// Defaults are the reference set-up REF-A.
struct MoveByHand {
    var source = ConstantRate(rate: .perSecond(1_000), phase: microseconds(500))
    var detach = milliseconds(10_000)
    var downtime = milliseconds(300)
    var delayAB = milliseconds(2)
    var delayBC = milliseconds(2)
    var delayAC = milliseconds(2)
    /// From C to the NVA, and from the NVA to A.
    var delayCN = milliseconds(2)
    var delayNA = milliseconds(2)
    /// Between B and the NVA.
    var delayBN = milliseconds(2)
    /// From attach to the announcement.
    var announcement: Int64 = 0
    /// The NVA's service time p, for queries too, and its push spacing g; A's position in the push train, from 1.
    var service = milliseconds(1)
    var spacing = microseconds(100)
    var position: Int64 = 1
    /// The redirect's lifetime from detach on; nil when the old NVE never learns the new place.
    var lifetime: Int64?

    var attach: Int64 { detach + downtime }
    /// The NVA has dealt with B's word that the VM has left.
    var deregistered: Int64 { detach + delayBN + service }
    /// t_n: the NVA's record is in force. (Only after a very short downtime must the registration wait.)
    var inForce: Int64 { max(attach + announcement + delayCN, deregistered) + service }
    /// t_u: A's mapping is right.
    var corrected: Int64 { inForce + (position - 1) * spacing + delayNA }

    /// x1: the first departure that misses the VM at B.
    var firstMiss: Int64 { detach - delayAB }
    /// x3: the first departure that a redirect still brings to the VM.
    var firstViaOld: Int64 { attach - delayAB - delayBC }
    /// x4: the first departure that comes to B too late for its redirect.
    private var firstExpired: Int64 { detach + (lifetime ?? 0) - delayAB }

    /// TRI of the master formula: delivered over the old NVE. (The redirect is there at detach, so x2 = x1.)
    var triangular: Int {
        if lifetime == nil { return 0 }
        return source.departures(from: max(firstMiss, firstViaOld), until: min(firstExpired, corrected))
    }

    /// LOST of the master formula.
    var lost: Int { source.departures(from: firstMiss, until: corrected) - triangular + earlyAtNew }

    /// What A sends straight to C, but too soon.
    private var earlyAtNew: Int { source.departures(from: corrected, until: max(corrected, attach - delayAC)) }

    /// Departures that arrive at B as misdirected ones.
    var misdirected: Int { source.departures(from: firstMiss, until: corrected) }

    /// LOST by cause and by where the VM was, e.g. `stale-no-redirect nowhere`; no entry is 0.
    var losses: [String: Int] {
        var losses: [String: Int] = [:]
        func add(_ key: String, _ count: Int) { if count > 0 { losses[key, default: 0] += count } }
        func split(_ cause: String, _ start: Int64, _ end: Int64, arrivesAfter delay: Int64) {
            let back = max(start, attach - delay)
            add(cause + " nowhere", source.departures(from: start, until: min(end, attach - delay)))
            add(cause + " elsewhere", source.departures(from: back, until: end))
        }
        add("not-attached nowhere", earlyAtNew)
        if lifetime == nil {
            split("stale-no-redirect", firstMiss, corrected, arrivesAfter: delayAB)
        } else {
            let early = min(firstViaOld, firstExpired, corrected)
            add("not-attached nowhere", source.departures(from: firstMiss, until: early))
            split("redirect-expired", max(firstMiss, firstExpired), corrected, arrivesAfter: delayAB)
        }
        return losses
    }
}

/// Case C12: links of the straight path and of the one by the old NVE in a leaf-spine network.
struct PathByHand: Equatable {
    var direct: Int
    var viaOld: Int

    /// The table's row for the leaves of A (sender), B (old place) and C (new place).
    init(leaves sender: Int, _ old: Int, _ new: Int) {
        switch (sender == old, old == new, sender == new) {
        case (false, false, false): (direct, viaOld) = (4, 8)
        case (true, false, false), (false, true, false): (direct, viaOld) = (4, 6)
        case (false, false, true): (direct, viaOld) = (2, 8)
        default: (direct, viaOld) = (2, 4)
        }
    }

    /// Mean stretch over uniformly random leaves, times leaves²: 2 + 7 (L - 1) + 2 (L - 1)(L - 2).
    static func meanStretchTimesSquare(leaves: Int) -> Int {
        2 + 7 * (leaves - 1) + 2 * (leaves - 1) * (leaves - 2)
    }
}
