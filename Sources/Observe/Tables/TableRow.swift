/// A row type together with the declaration of its table.
public protocol TableRow: Sendable {
    /// Name, columns and meaning of the table.
    static var table: TableDeclaration<Self> { get }
    /// The order of rows in files, total over the key columns.
    static func precedes(_ left: Self, _ right: Self) -> Bool
}

/// What there is to know about one result table.
public struct TableDeclaration<Row>: Sendable {
    /// Name of the table and, with `.csv`, of its file.
    public let name: String
    /// What one row stands for.
    public let rowMeaning: String
    /// All columns after those of ``RunKey``, keys first.
    public let columns: [Column<Row>]

    init(_ name: String, rowMeaning: String, columns: [Column<Row>]) {
        self.name = name
        self.rowMeaning = rowMeaning
        self.columns = columns
    }
}

/// The run a row belongs to: the first columns of every table.
public struct RunKey: Hashable, Sendable {
    /// One axis of a sweep and its value at this run's point, as written in the plan.
    public struct Axis: Hashable, Sendable {
        public var name: String
        public var value: String
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public var seed: UInt64
    /// Point of a sweep; empty outside sweeps.
    public var point: String
    /// Counted from 1.
    public var replication: Int
    /// Columns of their own in `runs.csv`.
    public var axes: [Axis]

    public init(seed: UInt64, point: String = "", replication: Int = 1, axes: [Axis] = []) {
        self.seed = seed
        self.point = point
        self.replication = replication
        self.axes = axes
    }

    /// The columns that stand first in every table.
    public static let columns: [Column<RunKey>] = [
        // A seed may be larger than Int64 holds, hence text of an integer column.
        Column("seed", .none, .integer, "Root seed of the run.", isKey: true) { .text(String($0.seed)) },
        .key("point", "Point of a sweep; empty outside sweeps.") { $0.point },
        .keyNumber("replication", "Number of the replication, from 1.") { $0.replication },
    ]
}
