/// Why a text is no value of a key: a sentence about the text, and the fix.
public struct ValueProblem: Error, Hashable, Sendable {
    public var message: String
    public var hint: String?

    public init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}

/// A decimal number and what follows it: `10.5 Gbps`. Nothing is rounded on the way.
public struct Quantity: Hashable, Sendable {
    /// The number without its point; ``scale`` digits of it stand behind the point.
    public var mantissa: Int128
    public var scale: Int
    /// The number as written.
    public var number: String
    /// The text behind the number, without spaces around it.
    public var unit: String

    /// nil unless the text begins with a decimal number of at most 30 digits.
    public init?(_ text: String) {
        let scalars = Array(Self.trimmed(text).unicodeScalars)
        var index = 0
        var isNegative = false
        if let first = scalars.first, first == "-" || first == "+" {
            isNegative = first == "-"
            index = 1
        }
        var mantissa: Int128 = 0
        var digits = 0
        var scale: Int?
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == ".", scale == nil, digits > 0 {
                scale = 0
            } else if ("0"..."9").contains(scalar) {
                mantissa = mantissa * 10 + Int128(scalar.value - 48)
                digits += 1
                if let places = scale { scale = places + 1 }
            } else {
                break
            }
            index += 1
            if digits > 30 { return nil }
        }
        guard digits > 0, scale != 0 else { return nil }
        self.mantissa = isNegative ? -mantissa : mantissa
        self.scale = scale ?? 0
        number = String(String.UnicodeScalarView(scalars[..<index]))
        unit = Self.trimmed(String(String.UnicodeScalarView(scalars[index...])))
    }

    /// The number times `size`, if that is a whole number that fits.
    public func scaled(by size: Int128) -> Int128? {
        let (product, overflow) = mantissa.multipliedReportingOverflow(by: size)
        if overflow { return nil }
        var divisor: Int128 = 1
        for _ in 0..<scale { divisor *= 10 }
        let (quotient, remainder) = product.quotientAndRemainder(dividingBy: divisor)
        return remainder == 0 ? quotient : nil
    }

    /// Whether ``scaled(by:)`` fails for size rather than for a fraction.
    public func overflows(by size: Int128) -> Bool { mantissa.multipliedReportingOverflow(by: size).overflow }

    static func trimmed(_ text: String) -> String {
        var slice = text[...]
        while let first = slice.first, first == " " || first == "\t" { slice.removeFirst() }
        while let last = slice.last, last == " " || last == "\t" { slice.removeLast() }
        return String(slice)
    }
}

/// The units of one dimension and their sizes in its base unit.
public struct UnitTable: Sendable {
    /// `duration`, `rate`, ….
    public let noun: String
    /// The base unit in words: `picoseconds`.
    public let base: String
    /// Accepted spellings and their sizes, the usual ones first.
    public let units: [(name: String, size: Int128)]
    /// Units that messages suggest.
    public let suggested: [String]
    /// What a bare number most likely counts, in the first suggested unit: 100 for shares, as `0.3` means 30 %.
    public let bareMeaning: Int128

    public init(
        noun: String, base: String, units: [(name: String, size: Int128)], suggested: [String],
        bareMeaning: Int128 = 1
    ) {
        self.bareMeaning = bareMeaning
        self.noun = noun
        self.base = base
        self.units = units
        self.suggested = suggested
    }

    /// The value in base units, within `range`.
    public func parse(_ text: String, in range: ClosedRange<Int128>, limits: String) throws(ValueProblem) -> Int128 {
        guard let quantity = Quantity(text) else {
            throw ValueProblem("`\(text)` is not a \(noun)", hint: "write a number and a unit: \(examples("10"))")
        }
        if quantity.unit.isEmpty {
            throw ValueProblem(
                "`\(text)` has no unit; a \(noun) needs one", hint: "write \(examples(meant(by: quantity)))")
        }
        guard let size = units.first(where: { $0.name == quantity.unit })?.size else {
            throw unknownUnit(quantity)
        }
        guard let value = quantity.scaled(by: size) else {
            if quantity.overflows(by: size) { throw outOfRange(text, limits) }
            throw ValueProblem("`\(text)` is not a whole number of \(base)", hint: "nothing is rounded here")
        }
        if !range.contains(value) { throw outOfRange(text, limits) }
        return value
    }

    private func outOfRange(_ text: String, _ limits: String) -> ValueProblem {
        ValueProblem("`\(text)` is out of range: \(limits)")
    }

    private func unknownUnit(_ quantity: Quantity) -> ValueProblem {
        let names = units.map(\.name)
        let sameLetters = names.first { $0.lowercased() == quantity.unit.lowercased() }
        let near = sameLetters ?? Spelling.nearest(to: quantity.unit, among: names)
        let hint = near.map { "did you mean `\(quantity.number) \($0)`? " } ?? ""
        return ValueProblem(
            "`\(quantity.unit)` is no unit of a \(noun)",
            hint: hint + "units: \(suggested.joined(separator: ", "))")
    }

    private func meant(by quantity: Quantity) -> String {
        if bareMeaning == 1 { return quantity.number }
        var (mantissa, scale) = (quantity.mantissa * bareMeaning, quantity.scale)
        while scale > 0, mantissa % 10 == 0 { (mantissa, scale) = (mantissa / 10, scale - 1) }
        let digits = String(mantissa.magnitude)
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        let whole = (mantissa < 0 ? "-" : "") + padded.dropLast(scale)
        return scale == 0 ? whole : "\(whole).\(padded.suffix(scale))"
    }

    private func examples(_ number: String) -> String {
        suggested.prefix(3).map { "`\(number) \($0)`" }.joined(separator: " or ")
    }
}
