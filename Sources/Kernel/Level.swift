/// A number that rises and falls, and the highest that it has been.
public struct Level: Hashable, Sendable {
    public private(set) var now = 0
    public private(set) var most = 0

    public init() {}

    public mutating func rise() {
        now += 1
        most = max(most, now)
    }

    public mutating func fall() {
        precondition(now > 0, "a level below 0")
        now -= 1
    }
}
