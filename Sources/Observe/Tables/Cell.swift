/// The value of one column in one row, before it becomes text.
public enum Cell: Hashable, Sendable {
    /// Not measured, or there is nothing to measure: an empty field.
    case absent
    /// It had not happened when the run ended, so that it is larger than all that was measured: an empty field,
    /// which statistics must not pass over (`still-stale`, an unfinished move).
    case censored
    case integer(Int64)
    /// A time or a span in picoseconds; its column's unit says how it is written.
    case picoseconds(Int64)
    case real(Double)
    case text(String)
}

/// The unit of a column, which becomes the suffix of its header.
public enum ColumnUnit: String, CaseIterable, Sendable {
    /// Text, and plain counts: packets, messages, moves.
    case none = ""
    case milliseconds = "ms"
    case microseconds = "us"
    case bytes
    case bitsPerSecond = "bps"
    case packetsPerSecond = "pps"
    /// A share or a quotient.
    case ratio

    /// Picoseconds in one unit; nil where the unit is not one of time.
    public var picoseconds: Int64? {
        switch self {
        case .milliseconds: 1_000_000_000
        case .microseconds: 1_000_000
        case .none, .bytes, .bitsPerSecond, .packetsPerSecond, .ratio: nil
        }
    }

    /// Decimal places that whole picoseconds take in this unit.
    var places: Int {
        switch self {
        case .milliseconds: 9
        case .microseconds: 6
        case .none, .bytes, .bitsPerSecond, .packetsPerSecond, .ratio: 0
        }
    }
}

/// How the fields of a column read.
public enum ColumnType: String, Sendable {
    case text
    case integer
    /// An exact decimal number made of whole picoseconds.
    case time
    /// A floating-point number, shortest form that reads back as the same value.
    case real
}
