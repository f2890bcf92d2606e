import Testing

/// The rules about code are only as good as the reader behind them.
@Suite struct CodeScannerTests {
    @Test(arguments: [
        ("let a = 1 // try!", "let a = 1        "),
        ("a /* b /* c */ d */ e", "a                   e"),
        (#"say("try! \"x\"") // y"#, "say(            )     "),
        (#"say("a\(names["b"] ?? "c")d")"#, "say(   (names[   ] ??    )  )"),
        (#"say("\(f(x))") + g()"#, "say(  (f(x)) ) + g()"),
        (##"let raw = #"a"b\n"# + c"##, "let raw =           + c"),
        ("let long = \"\"\"\n  try! \"x\"\n  \"\"\"\nnext", "let long =    \n          \n     \nnext"),
    ])
    func blanksCommentsAndLiterals(_ text: String, _ code: String) {
        #expect(CodeScanner.code(of: text) == code)
    }

    @Test func functionLengthsAreCountedFromSignatureToClosingBrace() {
        let file = CodeFile(
            path: "x.swift",
            text: """
                protocol P {
                    func required(_ a: Int) -> Int
                    init()
                }
                struct S {
                    func short() { call() }
                    func long(
                        _ body: () -> Void = { print("{") }
                    ) {
                        if true {
                        }
                    }
                    init() { self.init(a: 1) }
                }
                """)
        let functions = FunctionLength.all(in: file)
        #expect(functions.map(\.line) == [6, 7, 13])
        #expect(functions.map(\.count) == [1, 6, 1])
    }
}
