import Experiment
import Kernel
import Overlay

/// NVEs in the leaves: what hosts and switch say to each other crosses the link of the host as frames of their own.
extension Twin {
    /// In a split NVE the hosts tag their frames.
    var nativeExtra: Int64 { scenario.nve.placement == .split ? 4 : 0 }

    /// ARP, or neighbour discovery with one option.
    func addressFrame(of vm: Int) -> Int64 { 14 + (cast.isIPv6(vm) ? 72 : 28) + nativeExtra }

    /// A frame that is no tenant's packet.
    func frame(_ bytes: Int64, from: Int, to: Int, _ effect: @escaping () -> Void) {
        let fate = PacketFate(flow: -1, serial: -1, sentAt: now)
        send(Packet(fate, to: -1, frame: bytes, effect: effect), from: from, to: to)
    }

    /// The hypervisor tells the NVE of a VM: at once, or over the link of its host where it does so itself.
    func associate(_ vm: Int, _ host: Int, isLeaving: Bool, _ effect: @escaping () -> Void) {
        if scenario.nve.placement != .split { return effect() }
        note(isLeaving ? "dissociation" : "association")
        sayAside(Word(vm, host, effect), repetition: 0)
    }

    /// What a hypervisor has to say of a VM.
    final class Word {
        let vm: Int
        let host: Int
        let effect: () -> Void
        /// The wait for an answer that counts.
        var wait = 0

        init(_ vm: Int, _ host: Int, _ effect: @escaping () -> Void) {
            (self.vm, self.host, self.effect) = (vm, host, effect)
        }
    }

    /// Where frames may get lost they are answered, or said again; the last word of a host about a VM counts.
    private func sayAside(_ word: Word, repetition: Int) {
        let (key, number, nve) = ([word.host, word.vm], fresh(), cast.nve(of: word.host))
        unconfirmed[key] = word
        word.wait = number
        frame(14 + 64, from: word.host, to: nve) { [self] in
            if confirms { confirm(word) }
            word.effect()
        }
        if !confirms { return }
        at(now + scenario.nve.query.timeout.picoseconds, 0) { [self] in
            let isOpen = unconfirmed[key] === word && word.wait == number
            if !isOpen || repetition == scenario.nve.query.retries { return }
            note("association repeated")
            sayAside(word, repetition: repetition + 1)
        }
    }

    /// An answer is one to all repetitions of a word.
    private func confirm(_ word: Word) {
        frame(14 + 32, from: cast.nve(of: word.host), to: word.host) { [self] in
            let key = [word.host, word.vm]
            if unconfirmed[key] === word { unconfirmed[key] = nil }
        }
    }
}
