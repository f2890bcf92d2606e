/// The order of names that people expect: `client[2]` before `client[10]`. Total: different texts are never equal.
public enum NaturalOrder {
    /// Negative, zero or positive, as `left` comes before, is or comes after `right`.
    public static func compare(_ left: String, _ right: String) -> Int {
        if left == right { return 0 }
        var first = left.utf8[...]
        var second = right.utf8[...]
        while let a = first.first, let b = second.first {
            if isDigit(a), isDigit(b) {
                let order = compareNumbers(takeNumber(&first), takeNumber(&second))
                if order != 0 { return order }
            } else if a != b {
                return a < b ? -1 : 1
            } else {
                first.removeFirst()
                second.removeFirst()
            }
        }
        if first.isEmpty != second.isEmpty { return first.isEmpty ? -1 : 1 }
        // Equal but for leading zeros.
        return left.utf8.count != right.utf8.count
            ? (left.utf8.count < right.utf8.count ? -1 : 1)
            : (left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

    /// Removes a run of digits and returns it without leading zeros.
    private static func takeNumber(_ text: inout Substring.UTF8View) -> Substring.UTF8View {
        let number = text.prefix(while: isDigit)
        text = text[number.endIndex...]
        return number.drop { $0 == 48 }
    }

    private static func compareNumbers(_ left: Substring.UTF8View, _ right: Substring.UTF8View) -> Int {
        if left.count != right.count { return left.count < right.count ? -1 : 1 }
        if left.elementsEqual(right) { return 0 }
        return left.lexicographicallyPrecedes(right) ? -1 : 1
    }
}

/// Compares by several keys, the first that differs deciding.
struct KeyOrder {
    private(set) var result = 0

    mutating func then(_ left: String, _ right: String) {
        if result == 0 { result = NaturalOrder.compare(left, right) }
    }

    mutating func then(_ left: Int, _ right: Int) {
        if result == 0, left != right { result = left < right ? -1 : 1 }
    }
}
