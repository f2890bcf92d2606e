import Kernel

/// The NVE answers its VMs' questions for MAC addresses in the place of the VMs that have them (REQ-4.2-17, DER-18).
extension NVE {
    /// A VM of this NVE asks for a neighbour. What the NVE does not know either it asks the NVA: the same query that a
    /// packet for the neighbour would cause, so that the packet needs none.
    mutating func solicited(_ question: Message, by party: Party, _ now: Instant, _ context: inout Context) {
        let address = question.record.address
        if let hardware = neighbours.hardware(of: address) {
            reply(to: question, by: party, hardware, &context)
            return
        }
        if settings.miss == .drop || settings.miss == .viaGateway { return }
        let state = stateIndex(of: address, vm: question.record.vm)
        if !ask(state, now, &context) { return }
        // A VM that repeats itself is answered once.
        if !states[state].questions.contains(where: { $0.by == party }) {
            states[state].questions.append((by: party, question: question))
        }
    }

    /// The NVA has told a VM's addresses: the query for any of them is over, and VMs that asked are answered.
    mutating func answerQuestions(_ record: MappingRecord, _ context: inout Context) {
        for address in record.addresses {
            let slot = mappings.find(address)
            if slot < 0 || mappings[slot].state == 0 { continue }
            let state = Int(mappings[slot].state) - 1
            endQuery(state, &context)
            for (party, question) in states[state].questions {
                reply(to: question, by: party, record.hardware, &context)
            }
            states[state].questions = []
        }
    }

    private func reply(
        to question: Message, by party: Party, _ hardware: EndpointID, _ context: inout Context
    ) {
        var record = question.record
        record.hardware = hardware
        let answer: Message
        if case .arpRequest = question { answer = .arpReply(record) } else { answer = .neighbourAdvertisement(record) }
        context.ask(.tell(party, answer, from: .nve(node), after: .zero))
    }
}
