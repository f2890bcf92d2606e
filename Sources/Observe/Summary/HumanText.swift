import Foundation
import Kernel

/// Numbers for people: rounded, grouped, with units.
enum HumanText {
    /// `80 000`.
    static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += " " }
            text.append(digit)
        }
        return (value < 0 ? "-" : "") + text
    }

    /// `1 packet`, `80 000 packets`.
    static func counted(_ value: Int, _ noun: String, plural: String? = nil) -> String {
        "\(count(value)) \(value == 1 ? noun : plural ?? noun + "s")"
    }

    /// Six significant digits: `5.3 ms`, `10.3025 s`.
    static func span(_ duration: Duration, digits: Int = 6) -> String {
        let magnitude = duration.picoseconds.magnitude
        let units: [(name: String, size: UInt64)] = [
            ("s", 1_000_000_000_000), ("ms", 1_000_000_000), ("us", 1_000_000), ("ns", 1_000),
        ]
        guard let unit = units.first(where: { magnitude >= $0.size }) else {
            return magnitude == 0 ? "0" : "\(duration.picoseconds) ps"
        }
        let value = Double(duration.picoseconds) / Double(unit.size)
        return number(value, digits: digits) + " " + unit.name
    }

    /// A span that may have no end, or not have been measured.
    static func ending(_ ending: Ending) -> String {
        switch ending {
        case .after(let span): HumanText.span(span)
        case .notYet: "no end"
        case .notMeasured: "—"
        }
    }

    static func point(_ instant: Instant?) -> String {
        guard let instant, instant != .never else { return "—" }
        return instant == .zero ? "0" : span(instant - .zero)
    }

    /// A number with so many significant digits and no trailing zeros.
    static func number(_ value: Double, digits: Int = 4) -> String {
        guard value.isFinite else { return "—" }
        let whole = max(1, String(Int64(abs(value).rounded(.down))).count)
        var text = String(format: "%.*f", max(0, digits - whole), value)
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return text
    }

    /// `0.38 %` of a whole; empty when there is no whole.
    static func percent(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "" }
        let value = 100 * Double(part) / Double(whole)
        if part > 0, value < 0.01 { return "< 0.01 %" }
        if part < whole, value > 99.99 { return "> 99.99 %" }
        return String(format: value < 10 || value > 90 ? "%.2f %%" : "%.1f %%", value)
    }

    /// `3.4 kB`.
    static func bytes(_ value: Int64) -> String {
        let units: [(name: String, size: Double)] = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)]
        // What rounds to 1 000 of a unit is 1 of the next.
        guard let unit = units.first(where: { Double(value) >= 0.9995 * $0.size }) else { return "\(value) B" }
        return number(Double(value) / unit.size, digits: 3) + " " + unit.name
    }

    /// `13.6 M`.
    static func rate(_ value: Double) -> String {
        let units: [(name: String, size: Double)] = [(" G", 1e9), (" M", 1e6), (" k", 1e3)]
        guard let unit = units.first(where: { value >= $0.size }) else { return number(value, digits: 3) }
        return number(value / unit.size, digits: 3) + unit.name
    }
}
