public import Kernel

/// How far a run has come, told while it goes on: a bar that is drawn again and again on a terminal, or lines.
///
/// It keeps no clock: whoever shows it says how long the run has taken so far.
public struct RunProgress: Sendable {
    public enum Style: Hashable, Sendable {
        /// One line, overwritten in place; `width` columns at most.
        case bar(width: Int, colour: Bool)
        /// One line after another.
        case lines
        case silent
    }

    /// Where a run stands.
    public struct Standing: Hashable, Sendable {
        /// The scenario's name.
        public var name: String
        /// Virtual time that has passed, and how much of it has traffic.
        public var now: Instant
        public var duration: Duration
        public var events: UInt64
        /// Wall time so far.
        public var seconds: Double

        public init(name: String, now: Instant, duration: Duration, events: UInt64, seconds: Double) {
            self.name = name
            self.now = now
            self.duration = duration
            self.events = events
            self.seconds = seconds
        }
    }

    /// Wall time between two drawings of the bar, and between two lines.
    public static let barInterval = 0.1
    public static let lineInterval = 10.0

    private let style: Style
    private var dueAt: Double
    /// Columns that the bar occupies at present.
    private var drawn = 0

    public init(_ style: Style) {
        self.style = style
        switch style {
        case .bar: dueAt = Self.barInterval
        case .lines: dueAt = Self.lineInterval
        case .silent: dueAt = .infinity
        }
    }

    /// What is to be shown now; nil = nothing yet.
    public mutating func text(at standing: Standing) -> String? {
        if standing.seconds < dueAt { return nil }
        switch style {
        case .silent: return nil
        case .lines:
            dueAt = standing.seconds + Self.lineInterval
            return "\(standing.name): \(Self.facts(standing))\n"
        case .bar(let width, let colour):
            dueAt = standing.seconds + Self.barInterval
            return bar(standing, width, colour)
        }
    }

    /// Takes the bar away; nil = there is none.
    public mutating func erasure() -> String? {
        guard drawn > 0 else { return nil }
        defer { drawn = 0 }
        return "\r" + String(repeating: " ", count: drawn) + "\r"
    }

    /// `43 %, 12.5 ms of 30 ms, 18.1 M events/s, ETA 2 s`.
    private static func facts(_ standing: Standing) -> String {
        let passed = HumanText.span(min(standing.now - Instant.zero, standing.duration), digits: 3)
        let whole = HumanText.span(standing.duration, digits: 3)
        return "\(percent(standing)) %, \(passed) of \(whole), " + pace(standing)
    }

    private static func pace(_ standing: Standing) -> String {
        let rate = HumanText.rate(Double(standing.events) / max(standing.seconds, 1e-9)) + " events/s"
        let share = share(standing)
        // Behind the traffic's end comes the drain, of which nobody knows how long it takes.
        if share >= 1 { return rate + ", draining" }
        guard share > 0 else { return rate }
        return rate + ", ETA " + eta(standing.seconds / share * (1 - share))
    }

    private static func share(_ standing: Standing) -> Double {
        guard standing.duration > .zero else { return 1 }
        return min(1, Double((standing.now - Instant.zero).picoseconds) / Double(standing.duration.picoseconds))
    }

    private static func percent(_ standing: Standing) -> Int { Int(share(standing) * 100) }

    /// `2 s`, `3 min 5 s`, `2 h 10 min`, `over 100 d`.
    static func eta(_ seconds: Double) -> String {
        guard seconds < 100 * 86_400 else { return "over 100 d" }
        let whole = Int(seconds.rounded(.up))
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3_600: return "\(whole / 60) min \(whole % 60) s"
        case ..<86_400: return "\(whole / 3_600) h \(whole / 60 % 60) min"
        default: return "\(whole / 86_400) d \(whole / 3_600 % 24) h"
        }
    }

    private mutating func bar(_ standing: Standing, _ width: Int, _ colour: Bool) -> String {
        let share = Self.percent(standing)
        let number = String(repeating: " ", count: 3 - String(share).count) + "\(share) %"
        // The last column stays free: a terminal may break the line behind it.
        let room = width - 1
        var layout = TextLayout(colour: colour, width: max(1, room))
        let facts = "  " + Self.pace(standing)
        let rest = room - standing.name.count - number.count - facts.count - 6
        var pieces = [Piece(standing.name, .heading), Piece("  " + number)]
        if rest >= 10 {
            let cells = min(rest, 40)
            let full = cells * share / 100
            pieces += [
                Piece("  ["), Piece(String(repeating: "=", count: full), .good),
                Piece(String(repeating: " ", count: cells - full) + "]"),
            ]
        }
        pieces.append(Piece(facts))
        layout.line(pieces)
        let plain = pieces.reduce(0) { $0 + $1.text.count }
        let columns = min(plain, max(1, room))
        let padding = String(repeating: " ", count: max(0, drawn - columns))
        drawn = columns
        return "\r" + layout.text.dropLast() + padding
    }
}
