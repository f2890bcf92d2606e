/// First in, first out, in an array that is emptied from its front without moving the rest each time.
struct Backlog<Element> {
    private var elements: [Element] = []
    private var start = 0

    var count: Int { elements.count - start }
    var first: Element? { start < elements.count ? elements[start] : nil }

    func forEach(_ body: (Element) -> Void) { for element in elements[start...] { body(element) } }

    mutating func append(_ element: Element) { elements.append(element) }

    /// Traps when empty.
    @discardableResult
    mutating func removeFirst() -> Element {
        let element = elements[start]
        start += 1
        if start == elements.count || start > 1_024 && start * 2 > elements.count {
            elements.removeFirst(start)
            start = 0
        }
        return element
    }
}

extension Backlog: Sendable where Element: Sendable {}
