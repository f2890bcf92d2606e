public import Kernel
import Observe

/// The JSON Schema (draft-07) of scenario files, from the same key tables that the loader reads by. Editors use it by
/// way of the modeline in each file's first line.
public enum ScenarioSchema {
    /// The name of the file in `Scenarios/`.
    public static let fileName = "scenario.schema.json"

    /// The first line of a scenario file.
    ///
    /// - Parameter folder: the way from the file's folder to that of the schema, `""` or with a slash at its end.
    public static func modeline(folder: String = "") -> String {
        "# yaml-language-server: $schema=\(folder)\(fileName)"
    }

    /// The file, sorted by keys.
    public static var document: String { json(value).document }

    /// The schema itself.
    public static let value: CanonicalValue = {
        let lists = Self.lists
        let keys = Scenario.keys.descriptions(of: Scenario()).filter { $0.name != "resolved" }
        guard case .object(var root) = KeySchema(relaxed: Set(lists.map(\.path))).section(keys),
            case .object(var properties) = root["properties"]
        else { preconditionFailure("a section is an object") }
        properties["defaults"] = defaults(lists, keys)
        root["properties"] = .object(properties)
        for knob in Scenario().profile.knobs { set(.string(knob.value), asDefaultOf: knob.path[...], in: &root) }
        root["required"] = .array([.string("schema")])
        root["$schema"] = .string("http://json-schema.org/draft-07/schema#")
        root["title"] = .string("nvo3sim scenario")
        root["description"] = .string("A scenario file of nvo3sim, a simulator of VM mobility in NVO3 overlays.")
        root["allOf"] = .array(lists.flatMap(requirements))
        return .object(root)
    }()

    /// `include:` — a name or several.
    static let fileNames: CanonicalValue = {
        let name = CanonicalValue.object(["type": .string("string"), "minLength": .integer(1)])
        let names = CanonicalValue.object(["type": .string("array"), "items": name])
        return .object(["anyOf": .array([name, names])])
    }()

    /// A list that `defaults:` can have keys for.
    private struct DefaultList {
        var name: String
        /// From the top of the file.
        var path: [String]
        var keys: [KeyDescription]
    }

    private static var lists: [DefaultList] {
        let root = Scenario.keys.descriptions(of: Scenario())
        return DefaultEntries.lists.map { list in
            let path = [list.section, list.name].compactMap { $0 }
            var keys = root
            for step in path {
                switch keys.first(where: { $0.name == step })?.shape {
                case .section(let inner), .list(let inner): keys = inner
                case .value, nil: preconditionFailure("there is no list \(path)")
                }
            }
            return DefaultList(name: list.name, path: path, keys: keys)
        }
    }

    /// Each section of `defaults:` has the keys of its list, and needs none.
    private static func defaults(_ lists: [DefaultList], _ keys: [KeyDescription]) -> CanonicalValue {
        var properties: [String: CanonicalValue] = [:]
        for list in lists { properties[list.name] = KeySchema(relaxed: [list.path]).section(list.keys, at: list.path) }
        return .object([
            "type": .string("object"), "properties": .object(properties),
            "patternProperties": .object(["^x-": .object([:])]), "additionalProperties": .boolean(false),
            "description": .string(keys.first { $0.name == "defaults" }?.documentation ?? ""),
        ])
    }

    /// What entries of a list must have, unless `defaults:` gives it or an included file may.
    private static func requirements(_ list: DefaultList) -> [CanonicalValue] {
        list.keys.filter(\.isRequired).map { key in
            let given = nest(["defaults", list.name], requiring: key.name)
            let included = CanonicalValue.object(["required": .array([.string("include")])])
            var item = CanonicalValue.object(["required": .array([.string(key.name)])])
            if list.keys.contains(where: { $0.name == "list" }) {
                // Entries that a CSV stands for have it from there.
                item = .object(["anyOf": .array([item, .object(["required": .array([.string("list")])])])])
            }
            var rule = CanonicalValue.object(["items": item])
            for step in list.path.reversed() { rule = .object(["properties": .object([step: rule])]) }
            return .object(["if": .object(["anyOf": .array([given, included])]), "else": rule])
        }
    }

    /// Holds where the file has this path and a key at its end.
    private static func nest(_ path: [String], requiring name: String) -> CanonicalValue {
        var schema = CanonicalValue.object(["required": .array([.string(name)])])
        for step in path.reversed() {
            schema = .object(["required": .array([.string(step)]), "properties": .object([step: schema])])
        }
        return schema
    }

    /// Where the profile says something else than the key's own default, that is what a file gets.
    private static func set(
        _ value: CanonicalValue, asDefaultOf path: ArraySlice<String>, in section: inout [String: CanonicalValue]
    ) {
        guard let step = path.first else {
            section["default"] = value
            return
        }
        guard case .object(var properties) = section["properties"], case .object(var member) = properties[step]
        else { preconditionFailure("there is no key \(step)") }
        set(value, asDefaultOf: path.dropFirst(), in: &member)
        properties[step] = .object(member)
        section["properties"] = .object(properties)
    }

    private static func json(_ value: CanonicalValue) -> JSONValue {
        switch value {
        case .null: .null
        case .boolean(let truth): .boolean(truth)
        case .integer(let number): .number(String(number))
        case .string(let text): .string(text)
        case .array(let elements): .array(elements.map(json))
        case .object(let members): .object(members.mapValues(json))
        }
    }
}
