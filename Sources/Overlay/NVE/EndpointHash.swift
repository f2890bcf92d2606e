public import Kernel

/// Where the search for an endpoint begins in a table of open addressing; any number of slots will do, so that memory
/// follows the entries closely.
@usableFromInline
enum EndpointHash {
    /// Two multiplications: one alone lets VM numbers in regular steps pile up.
    @inline(__always)
    @inlinable
    static func slot(of endpoint: EndpointID, among count: Int) -> Int {
        var hash = endpoint.index &* 0x9e37_79b1
        hash = (hash ^ (hash >> 15)) &* 0x85eb_ca6b
        return Int(truncatingIfNeeded: (UInt64(hash) &* UInt64(truncatingIfNeeded: count)) >> 32)
    }
}
