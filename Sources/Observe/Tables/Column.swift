public import Kernel

/// One column of a result table: the only declaration from which files, `columns.json` and metrics come.
public struct Column<Row>: Sendable {
    /// Without its unit, in snake case: `downtime`.
    public let name: String
    public let unit: ColumnUnit
    public let type: ColumnType
    /// One sentence for the data dictionary.
    public let meaning: String
    /// Whether rows are identified, joined and selected (`of:`) by it.
    public let isKey: Bool
    /// The value of a row.
    public let cell: @Sendable (Row) -> Cell

    init(
        _ name: String, _ unit: ColumnUnit, _ type: ColumnType, _ meaning: String, isKey: Bool = false,
        _ cell: @escaping @Sendable (Row) -> Cell
    ) {
        self.name = name
        self.unit = unit
        self.type = type
        self.meaning = meaning
        self.isKey = isKey
        self.cell = cell
    }

    /// The header in the file: the name and, where it has one, the unit (once: `bytes`, not `bytes_bytes`).
    public var header: String {
        unit == .none || name == unit.rawValue ? name : "\(name)_\(unit.rawValue)"
    }
}

extension Column {
    /// A text by which rows are joined and selected; empty = belongs to none.
    static func key(
        _ name: String, _ meaning: String, _ value: @escaping @Sendable (Row) -> String
    ) -> Column {
        Column(name, .none, .text, meaning, isKey: true) { .text(value($0)) }
    }

    /// A whole number by which rows are joined and selected.
    static func keyNumber(
        _ name: String, _ meaning: String, _ value: @escaping @Sendable (Row) -> Int
    ) -> Column {
        Column(name, .none, .integer, meaning, isKey: true) { .integer(Int64(value($0))) }
    }

    static func text(
        _ name: String, _ meaning: String, _ value: @escaping @Sendable (Row) -> String
    ) -> Column {
        Column(name, .none, .text, meaning) { .text(value($0)) }
    }

    /// Packets and other plain counts.
    static func count(
        _ name: String, _ meaning: String, _ value: @escaping @Sendable (Row) -> Int?
    ) -> Column {
        Column(name, .none, .integer, meaning) { row in value(row).map { .integer(Int64($0)) } ?? .absent }
    }

    static func bytes(
        _ name: String, _ meaning: String, _ value: @escaping @Sendable (Row) -> Int64?
    ) -> Column {
        Column(name, .bytes, .integer, meaning) { row in value(row).map { .integer($0) } ?? .absent }
    }

    /// A span of virtual time.
    static func span(
        _ name: String, _ unit: ColumnUnit, _ meaning: String, _ value: @escaping @Sendable (Row) -> Duration?
    ) -> Column {
        Column(name, unit, .time, meaning) { row in value(row).map { .picoseconds($0.picoseconds) } ?? .absent }
    }

    /// A point of virtual time, counted from the start of the run.
    static func point(
        _ name: String, _ meaning: String, _ value: @escaping @Sendable (Row) -> Instant?
    ) -> Column {
        Column(name, .milliseconds, .time, meaning) { row in
            guard let instant = value(row), instant != .never else { return .absent }
            return .picoseconds(instant.picoseconds)
        }
    }

    /// A span that may not have ended when the run did.
    static func ending(
        _ name: String, _ unit: ColumnUnit, _ meaning: String, _ value: @escaping @Sendable (Row) -> Ending
    ) -> Column {
        Column(name, unit, .time, meaning) { row in
            switch value(row) {
            case .after(let span): .picoseconds(span.picoseconds)
            case .notMeasured: .absent
            case .notYet: .censored
            }
        }
    }

    static func real(
        _ name: String, _ unit: ColumnUnit, _ meaning: String, _ value: @escaping @Sendable (Row) -> Double?
    ) -> Column {
        Column(name, unit, .real, meaning) { row in
            guard let number = value(row), number.isFinite else { return .absent }
            return .real(number)
        }
    }
}

/// A span whose end the run may not have seen.
public enum Ending: Hashable, Sendable {
    case after(Duration)
    case notMeasured
    /// Censored: longer than the run let us see.
    case notYet

    /// The longer of two; what has no end is longest, what was not measured does not count.
    public func longest(_ other: Ending) -> Ending {
        switch (self, other) {
        case (.notYet, _), (_, .notYet): .notYet
        case (.notMeasured, let known), (let known, .notMeasured): known
        case (.after(let first), .after(let second)): .after(max(first, second))
        }
    }
}
