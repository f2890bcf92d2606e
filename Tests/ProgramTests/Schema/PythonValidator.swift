import Foundation

/// The package `jsonschema` of python3: a validator that is not ours.
enum PythonValidator {
    static let isPresent: Bool = {
        do {
            return try run("import jsonschema", input: Data()).status == 0
        } catch {
            return false
        }
    }()

    private static let script = """
        import json, sys, jsonschema
        work = json.load(sys.stdin)
        schema = json.loads(work["schema"])
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(schema)
        print(json.dumps([validator.is_valid(instance) for instance in work["instances"]]))
        """

    /// Whether each instance is valid by a schema, which itself must be one.
    static func validate(_ instances: [Instance], by schema: String) throws -> [Bool] {
        let work: [String: Any] = ["schema": schema, "instances": instances.map(\.json)]
        let result = try run(script, input: JSONSerialization.data(withJSONObject: work))
        let verdicts = String(decoding: result.output, as: UTF8.self).split { !$0.isLetter }
        return verdicts.map { $0 == "true" }
    }

    private static func run(_ code: String, input: Data) throws -> (status: Int32, output: Data) {
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", "-W", "ignore", "-c", code]
        let (standardInput, standardOutput) = (Pipe(), Pipe())
        python.standardInput = standardInput
        python.standardOutput = standardOutput
        python.standardError = FileHandle.nullDevice
        try python.run()
        // From a thread of its own: neither side may wait for the other with full pipes.
        DispatchQueue.global().async {
            standardInput.fileHandleForWriting.write(input)
            standardInput.fileHandleForWriting.closeFile()
        }
        let output = standardOutput.fileHandleForReading.readDataToEndOfFile()
        python.waitUntilExit()
        return (python.terminationStatus, output)
    }
}
