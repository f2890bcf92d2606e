/// What a decoder of source nodes carries along: where it is, what went wrong, and where each value stood.
public struct Decoding: Sendable {
    public private(set) var diagnostics: [Diagnostic] = []
    /// The source is a canonical resolved form: dimensioned values are bare integers in base units, `null` stands
    /// for a key that was not given, and keys that do not apply are there nevertheless.
    public let isResolved: Bool
    /// The key that is being decoded, from the top: `traffic[2].rate`.
    public private(set) var path = ""
    private var values: [String: SourcePosition] = [:]
    private var broken = Set<String>()
    private var errorCount = 0
    /// Errors before the present path was entered.
    private var errorsOutside = 0

    public init(isResolved: Bool = false) { self.isResolved = isResolved }

    /// The last part of ``path``, as messages name it.
    public var name: String { path.isEmpty ? "the file" : String(path.split(separator: ".").last ?? "") }

    public mutating func report(
        _ message: String, at position: SourcePosition, hint: String? = nil, as severity: Diagnostic.Severity = .error
    ) {
        diagnostics.append(Diagnostic(severity, at: position, message, hint: hint))
        if severity == .error { errorCount += 1 }
    }

    public mutating func report(_ problem: ValueProblem, at position: SourcePosition) {
        report(problem.message, at: position, hint: problem.hint)
    }

    /// Decodes the value of `step` (a key, or `[n]` in a list) with ``path`` pointing at it.
    public mutating func descend(
        to step: String, at position: SourcePosition, _ body: (inout Decoding) -> Void
    ) {
        let (outer, errors, before) = (path, errorCount, errorsOutside)
        errorsOutside = errors
        path = step.hasPrefix("[") || outer.isEmpty ? outer + step : outer + "." + step
        values[path] = position
        body(&self)
        if errorCount > errors { broken.insert(path) }
        path = outer
        errorsOutside = before
    }

    /// Remembers that a key of the present mapping has no sound value.
    public mutating func markBroken(_ step: String) {
        broken.insert(path.isEmpty ? step : path + "." + step)
    }

    /// Whether the value at a path, or anything inside it, has been reported: later checks then keep silent.
    public func isBroken(_ path: String) -> Bool { broken.contains(path) }

    /// Whether nothing inside the present path has been reported so far.
    public var isSound: Bool { errorCount == errorsOutside }

    /// Whether the key `step` of the present mapping is broken.
    func isBroken(sibling step: String) -> Bool { isBroken(path.isEmpty ? step : path + "." + step) }

    /// Where the value at a path stands; if it was not given, where its nearest given owner stands.
    public func position(of path: String) -> SourcePosition? {
        var path = path[...]
        while true {
            if let position = values[String(path)] { return position }
            guard let cut = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { return values[""] }
            path = path[..<cut]
        }
    }

    /// Whether the source gave the value at this path.
    public func isGiven(_ path: String) -> Bool { values[path] != nil }

    /// Sets where the whole source begins: the place of problems that have no other.
    public mutating func setRoot(_ position: SourcePosition) { values[""] = position }
}
