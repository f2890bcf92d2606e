import Kernel
import Mobility

/// VMs that are created or destroyed in the course of a run, and how that went.
struct CreationTable: Sendable {
    struct Entry: Sendable {
        let vm: VMID
        /// Where it is to be.
        let host: NodeID
        /// When it is asked for; nil = it was there from the start.
        let asked: Instant?
        let isTrusted: Bool
        /// Attached and running.
        var created: Instant?
        /// First in force at the NVA after that.
        var registered: Instant?
        var refusal: Refusal?
        var destroyed: Instant?
        /// It is to be destroyed as soon as it is back from a move.
        var isDoomed = false
        /// It is about to attach for the first time.
        var isBeginning = false
    }

    var entries: [Entry] = []
    var procedure = Onboarding(OnboardingConfiguration())
    private var index: [VMID: Int] = [:]

    mutating func add(_ entry: Entry) {
        index[entry.vm] = entries.count
        entries.append(entry)
    }

    func place(of vm: VMID) -> Int? { index[vm] }

    func isBeginning(_ vm: VMID) -> Bool { index[vm].map { entries[$0].isBeginning } ?? false }
}
