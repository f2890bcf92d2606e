import Fabric
import Kernel

/// Links with servers of their own: one event more for each frame that others wait behind.
extension World {
    /// Offers a packet to a scheduled link.
    @inline(never)
    mutating func enqueue(_ handle: PacketHandle, on link: LinkID) {
        let cause = fabric.enqueue(handle, &pool[handle], on: link, now: now)
        applyLinkDemands()
        if let cause {
            finishLost(handle, cause, at: pool[handle].outerDestination)
        } else {
            packetHops &+= 1
        }
    }

    /// A transmission ends: the next frame's starts. No node sees that, so it is no part of the fingerprint, which is
    /// the same for both kinds of link.
    @inline(never)
    mutating func endService(_ link: LinkID) {
        fabric.endService(on: link, now: now)
        applyLinkDemands()
    }

    @inline(never)
    mutating func arriveScheduled(_ event: Event) {
        let handle = PacketHandle(event.handle)
        if fabric.isDue(handle, generation: event.generation, now: now) { arrive(handle, key: event.key) }
    }

    /// Schedules what servers of links have asked for.
    mutating func applyLinkDemands() {
        if fabric.demands.isEmpty { return }
        for index in fabric.demands.indices {
            switch fabric.demands[index] {
            case .arrival(let handle, let time, let generation):
                let rank = pool[handle].flags.contains(.control) ? EventClass.control : .traffic
                push(
                    Event(
                        at: time, rank: rank, kind: .scheduledArrival, generation: generation, handle: handle.index))
            case .endOfService(let link, let time): schedule(.endOfService, .control, at: time, handle: link.index)
            }
        }
        fabric.clearDemands()
    }

    /// After a change of rate a host's wire may be free sooner than its held packets were told.
    mutating func resumeReleases(on link: LinkID) {
        if link.index < fabric.topology.hosts, releases[NodeID(link.index)] != nil {
            scheduleRelease(at: NodeID(link.index))
        }
    }
}
