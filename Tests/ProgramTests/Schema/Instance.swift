import Foundation
import Kernel

@testable import Experiment

/// A YAML document as editors see it: scalars typed by the core schema of YAML 1.2, unlike in our own loader.
indirect enum Instance {
    case null
    case boolean(Bool)
    case integer(Int128)
    case real(Double)
    case text(String)
    case list([Instance])
    case map([String: Instance])

    /// Reads a file's text; nil when it is no YAML.
    init?(yaml text: String) {
        var reader = SourceReader(file: "test")
        guard let root = reader.read(text), reader.diagnostics.isEmpty else { return nil }
        self.init(root)
    }

    init(_ node: SourceNode) {
        switch node.content {
        case .mapping(let entries):
            self = .map(Dictionary(entries.map { ($0.key, Instance($0.value)) }, uniquingKeysWith: { $1 }))
        case .sequence(let elements): self = .list(elements.map { Instance($0) })
        case .scalar(let text, quoted: true): self = .text(text)
        case .scalar(let text, quoted: false): self = Self.plain(text)
        }
    }

    private static func plain(_ text: String) -> Instance {
        if ["", "~", "null", "Null", "NULL"].contains(text) { return .null }
        if ["true", "True", "TRUE"].contains(text) { return .boolean(true) }
        if ["false", "False", "FALSE"].contains(text) { return .boolean(false) }
        if text.range(of: "^[-+]?[0-9]+$", options: .regularExpression) != nil, let number = Int128(text) {
            return .integer(number)
        }
        let decimal = #"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$"#
        if text.range(of: decimal, options: .regularExpression) != nil, let number = Double(text) {
            return .real(number)
        }
        return .text(text)
    }

    /// The same as JSON, for other validators.
    var json: Any {
        switch self {
        case .null: NSNull()
        case .boolean(let truth): truth
        case .integer(let number): Int64(exactly: number).map { $0 as Any } ?? Double(number)
        case .real(let number): number
        case .text(let text): text
        case .list(let elements): elements.map(\.json)
        case .map(let members): members.mapValues(\.json)
        }
    }
}
