import Kernel
import Mobility
import Testing

/// The states of RFC 7666, by themselves.
@Suite struct VMLifeCycleTests {
    private let vm = VMID(3 as UInt32)
    private let host = NodeID(1)

    @Test("REQ-1-05: what a VM may become, in all states; transient ones lead on")
    func successors() {
        #expect(VMState.running.successors == [.suspending, .paused, .migrating, .shuttingDown, .crashed])
        #expect(VMState.crashed.successors == [.preparing, .shutdown])
        for state in VMState.allCases where state != .crashed {
            #expect(state.successors.last == .crashed, "any state may crash")
        }
        for state in [VMState.preparing, .suspending, .resuming, .migrating, .shuttingDown] {
            #expect(state.successors.count == 2, "a transient state ends in one way, or crashes")
        }
        #expect(!VMState.shutdown.successors.contains(.running), "it is prepared first")
    }

    @Test(
        "REQ-4.3-16: no state is left out on the way to another",
        arguments: [
            (.shuttingDown, .running, [.shutdown, .preparing, .running]),
            (.suspending, .running, [.suspended, .resuming, .running]), (.migrating, .running, [.running]),
            (.paused, .running, [.running]), (.crashed, .running, [.preparing, .running]),
            (.running, .suspended, [.suspending, .suspended]), (.running, .shutdown, [.shuttingDown, .shutdown]),
            (.running, .running, []), (.resuming, .crashed, [.crashed]),
        ] as [(VMState, VMState, [VMState])])
    func ways(_ from: VMState, _ to: VMState, _ states: [VMState]) {
        var lives = VMLifeCycles()
        if from != .running { lives.reach(from, vm, at: host, .failure, now: .zero) }
        let before = lives.log.count
        lives.reach(to, vm, at: host, .repair, now: .zero + .seconds(1))
        #expect(lives.log.dropFirst(before).map(\.to) == states)
        #expect(lives.state(of: vm) == to && lives.state(of: VMID(9 as UInt32)) == .running)
    }

    @Test("REQ-4.3-16: what RFC 7666 does not know ends the program, for no scenario can ask for it")
    func illegalTransition() async {
        await #expect(processExitsWith: .failure) {
            var lives = VMLifeCycles()
            lives.become(.resuming, VMID(0 as UInt32), at: NodeID(0), .failure, now: .zero)
        }
    }
}
