import Foundation
import Kernel

/// As much of JSON Schema (draft-07) as our own schema uses. A keyword that it does not know is an objection, so that
/// none is passed over in silence.
struct SchemaChecker {
    let root: CanonicalValue

    /// Why an instance is not valid; empty = it is.
    func objections(to instance: Instance) -> [String] { objections(root, instance, "") }

    private func objections(_ schema: CanonicalValue, _ instance: Instance, _ path: String) -> [String] {
        guard case .object(let members) = schema else { return ["\(path): the schema is no object"] }
        return members.keys.sorted().flatMap { name -> [String] in
            let value = members[name] ?? .null
            switch name {
            case "$schema", "title", "description", "default", "examples", "format": return []
            case "type", "enum", "const", "pattern", "minLength", "minimum", "maximum", "multipleOf":
                return scalar(name, value, instance) ? [] : ["\(path): \(name)"]
            case "properties", "patternProperties": return []
            case "additionalProperties": return mapping(members, instance, path)
            case "required": return required(value, instance, path)
            case "items", "minItems": return items(name, value, instance, path)
            case "allOf", "anyOf": return combined(name, value, instance, path)
            case "if": return conditional(members, instance, path)
            case "then", "else": return []
            default: return ["\(path): unknown keyword \(name)"]
            }
        } + (members["additionalProperties"] == nil ? mapping(members, instance, path) : [])
    }

    // MARK: - Scalars

    private func scalar(_ name: String, _ value: CanonicalValue, _ instance: Instance) -> Bool {
        switch (name, value, instance) {
        case ("type", .string(let type), _): return isOf(type, instance)
        case ("type", .array(let types), _):
            return types.contains { if case .string(let type) = $0 { isOf(type, instance) } else { false } }
        case ("enum", .array(let values), _): return values.contains { equals($0, instance) }
        case ("const", _, _): return equals(value, instance)
        case ("pattern", .string(let pattern), .text(let text)):
            return text.range(of: pattern, options: .regularExpression) != nil
        case ("minLength", .integer(let least), .text(let text)): return text.unicodeScalars.count >= least
        case ("minimum", .integer(let least), .integer(let number)): return number >= least
        case ("multipleOf", .integer(let unit), .integer(let number)): return number % unit == 0
        case ("maximum", .integer(let most), .integer(let number)): return number <= most
        case ("enum", _, _), ("type", _, _): return false
        // These say nothing about instances of other types.
        default: return true
        }
    }

    private func isOf(_ type: String, _ instance: Instance) -> Bool {
        switch (type, instance) {
        case ("object", .map), ("array", .list), ("string", .text), ("integer", .integer), ("number", .integer),
            ("number", .real), ("boolean", .boolean), ("null", .null):
            true
        default: false
        }
    }

    private func equals(_ value: CanonicalValue, _ instance: Instance) -> Bool {
        switch (value, instance) {
        case (.string(let left), .text(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.boolean(let left), .boolean(let right)): left == right
        case (.null, .null): true
        default: false
        }
    }

    // MARK: - Mappings and lists

    /// `properties`, `patternProperties` and `additionalProperties` together.
    private func mapping(_ schema: [String: CanonicalValue], _ instance: Instance, _ path: String) -> [String] {
        guard case .map(let entries) = instance else { return [] }
        let properties = dictionary(schema["properties"])
        let patterns = dictionary(schema["patternProperties"])
        return entries.keys.sorted().flatMap { key -> [String] in
            let (value, place) = (entries[key] ?? .null, "\(path)/\(key)")
            var matching = patterns.filter { key.range(of: $0.key, options: .regularExpression) != nil }.map(\.value)
            if let own = properties[key] { matching.append(own) }
            if matching.isEmpty {
                switch schema["additionalProperties"] {
                case .boolean(false): return ["\(place): not allowed"]
                case .some(.object(let other)): matching = [.object(other)]
                default: break
                }
            }
            return matching.flatMap { objections($0, value, place) }
        }
    }

    private func required(_ names: CanonicalValue, _ instance: Instance, _ path: String) -> [String] {
        guard case .map(let entries) = instance, case .array(let names) = names else { return [] }
        return names.compactMap { name in
            guard case .string(let key) = name, entries[key] == nil else { return nil }
            return "\(path): lacks \(key)"
        }
    }

    private func items(_ name: String, _ value: CanonicalValue, _ instance: Instance, _ path: String) -> [String] {
        guard case .list(let elements) = instance else { return [] }
        if name == "minItems" { return value == .integer(1) && elements.isEmpty ? ["\(path): is empty"] : [] }
        return elements.enumerated().flatMap { objections(value, $1, "\(path)/\($0)") }
    }

    // MARK: - Combinations

    private func combined(_ name: String, _ value: CanonicalValue, _ instance: Instance, _ path: String) -> [String] {
        guard case .array(let schemas) = value else { return ["\(path): \(name) is no list"] }
        let all = schemas.map { objections($0, instance, path) }
        if name == "allOf" { return all.flatMap { $0 } }
        return all.contains { $0.isEmpty } ? [] : ["\(path): none of \(schemas.count) alternatives"]
    }

    private func conditional(_ schema: [String: CanonicalValue], _ instance: Instance, _ path: String) -> [String] {
        let holds = objections(schema["if"] ?? .object([:]), instance, path).isEmpty
        return objections(schema[holds ? "then" : "else"] ?? .object([:]), instance, path)
    }

    private func dictionary(_ value: CanonicalValue?) -> [String: CanonicalValue] {
        if case .object(let members) = value { members } else { [:] }
    }
}
