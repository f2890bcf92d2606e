import Testing

@testable import Observe

@Suite("Paths in parts")
struct PathTextTests {
    @Test(
        "Folder and name, also of a path of one letter",
        arguments: [
            ("a/b", "a", "b"), ("a", "", "a"), ("/a", "/", "a"), ("a//b", "a", "b"), ("/", "/", ""),
            ("//a", "/", "a"), ("../b", "..", "b"), ("é/ö", "é", "ö"), ("a/b/.c.new-1", "a/b", ".c.new-1"),
        ])
    func parts(path: String, parent: String, name: String) {
        #expect(PathText.parent(of: path) == parent)
        #expect(PathText.name(of: path) == name)
    }
}
