import Fabric
import Kernel

extension World {
    /// A link fails or is repaired, or switches learn of it.
    mutating func change(_ index: UInt32, key: UInt64) {
        let change = linkChanges[Int(index)]
        for link in change.links {
            let node = fabric.farNodes[Int(link.index)]
            events.fold(key, nodeHashes[Int(node.index)] ^ UInt64(change.kind.rawValue))
        }
        fabric.apply(change)
        if change.kind == .fail { for link in change.links { cut(link, .linkDown) } }
        if change.kind == .rate { for link in change.links { resumeReleases(on: link) } }
        applyLinkDemands()
        applyEffects()
    }

    /// Loses what is on a link or waits for it. Arrivals that are in the queue already find nothing to do; the slots
    /// stay taken until then. Of a scheduled link those arrivals are void, and the slots free.
    mutating func cut(_ link: LinkID, _ cause: LossCause) {
        let isScheduled = fabric.isScheduled(link)
        var lost = pool.handles { $0.link == link }
        lost.sort { (pool[$0].flow.index, pool[$0].serial) < (pool[$1].flow.index, pool[$1].serial) }
        for handle in lost {
            endLost(handle, cause, at: pool[handle].outerDestination)
            if isScheduled {
                fabric.forget(handle)
                pool.remove(handle)
            } else {
                pool[handle].link = .cut
            }
        }
        fabric.lostWithFailure(of: link, frames: lost.count, cause)
    }
}
