/// Numbers as they stand in result files: the same text for the same value, everywhere.
public enum NumberText {
    /// Whole picoseconds in a unit of time, exactly, without trailing zeros: 5 300 000 000 ps is `5.3` ms.
    public static func time(_ picoseconds: Int64, in unit: ColumnUnit) -> String {
        decimal(picoseconds, places: unit.places)
    }

    /// `value / 10^places`, exactly, without trailing zeros.
    static func decimal(_ value: Int64, places: Int) -> String {
        var digits = String(value.magnitude)
        if digits.utf8.count <= places {
            digits = String(repeating: "0", count: places + 1 - digits.utf8.count) + digits
        }
        var fraction = digits.suffix(places)
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let whole = (value < 0 ? "-" : "") + digits.dropLast(places)
        return fraction.isEmpty ? whole : "\(whole).\(fraction)"
    }

    /// The shortest text that reads back as the same number; whole numbers without `.0`; nil for NaN and infinities.
    public static func real(_ value: Double) -> String? {
        guard value.isFinite else { return nil }
        if value == 0 { return "0" }
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension Cell {
    /// The field of a file; empty where nothing was measured.
    public func text(_ unit: ColumnUnit) -> String {
        switch self {
        case .absent, .censored: ""
        case .integer(let value): String(value)
        case .picoseconds(let value): NumberText.time(value, in: unit)
        case .real(let value): NumberText.real(value) ?? ""
        case .text(let value): value
        }
    }
}
