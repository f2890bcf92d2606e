/// A column without its row type: for dictionaries, metrics and messages.
public struct ColumnInfo: Hashable, Sendable {
    public let name: String
    public let header: String
    public let unit: ColumnUnit
    public let type: ColumnType
    public let meaning: String
    public let isKey: Bool

    init<Row>(_ column: Column<Row>) {
        name = column.name
        header = column.header
        unit = column.unit
        type = column.type
        meaning = column.meaning
        isKey = column.isKey
    }

    init(axis: RunKey.Axis) {
        name = axis.name
        header = axis.name
        unit = .none
        type = .text
        meaning = "Axis of the sweep."
        isKey = true
    }
}

/// A table without its row type.
public struct TableInfo: Hashable, Sendable {
    public let name: String
    public let rowMeaning: String
    /// In the order of the file, the columns of the run first.
    public let columns: [ColumnInfo]

    init<Row: TableRow>(_: Row.Type, axes: [RunKey.Axis] = []) {
        name = Row.table.name
        rowMeaning = Row.table.rowMeaning
        columns =
            RunKey.columns.map { ColumnInfo($0) } + axes.map { ColumnInfo(axis: $0) }
            + Row.table.columns.map { ColumnInfo($0) }
    }

    /// All tables, in the order in which they are written.
    public static let all = tables(axes: [])

    /// All tables; `runs` has the axes of the sweep as columns of its own.
    public static func tables(axes: [RunKey.Axis]) -> [TableInfo] {
        [
            TableInfo(RunRow.self, axes: axes), TableInfo(FlowRow.self), TableInfo(LossRow.self),
            TableInfo(DisruptionRow.self), TableInfo(MigrationRow.self), TableInfo(PhaseRow.self),
            TableInfo(ConvergenceRow.self), TableInfo(MessageRow.self), TableInfo(PathRow.self),
            TableInfo(TimeSeriesRow.self), TableInfo(NodeRow.self), TableInfo(LinkRow.self),
            TableInfo(RequestRow.self), TableInfo(FailoverRow.self), TableInfo(VMStateRow.self),
            TableInfo(CreationRow.self),
        ]
    }

    /// The data dictionary of some tables: `columns.json`.
    public static func dictionary(of names: Set<String>, axes: [RunKey.Axis]) -> JSONValue {
        .array(
            tables(axes: axes).filter { names.contains($0.name) }.flatMap { table in
                table.columns.map { column in
                    .object([
                        "table": .string(table.name), "name": .string(column.header),
                        "metric": .string("\(table.name).\(column.name)"), "unit": .string(column.unit.rawValue),
                        "type": .string(column.type.rawValue), "meaning": .string(column.meaning),
                        "key": .boolean(column.isKey),
                    ])
                }
            })
    }
}
