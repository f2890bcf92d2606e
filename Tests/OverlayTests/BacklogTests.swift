import Testing

@testable import Overlay

@Suite struct BacklogTests {
    @Test func firstInIsFirstOut() {
        var backlog = Backlog<Int>()
        #expect(backlog.first == nil)
        for number in 0..<10 { backlog.append(number) }
        #expect(backlog.count == 10)
        #expect(backlog.first == 0)
        let out = (0..<10).map { _ in backlog.removeFirst() }
        #expect(out == Array(0..<10))
        #expect(backlog.count == 0)
        #expect(backlog.first == nil)
    }

    /// Long enough for the emptied front to be given back, again and again.
    @Test(arguments: [1, 5, 1_500])
    func orderHoldsWhileItFillsAndEmpties(_ length: Int) {
        var backlog = Backlog<Int>()
        for number in 0..<length { backlog.append(number) }
        for number in 0..<6_000 {
            #expect(backlog.first == number)
            #expect(backlog.removeFirst() == number)
            backlog.append(number + length)
            #expect(backlog.count == length)
        }
        for number in 6_000..<(6_000 + length) { #expect(backlog.removeFirst() == number) }
        #expect(backlog.count == 0)
        backlog.append(-1)
        #expect(backlog.first == -1)
    }
}
