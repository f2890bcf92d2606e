import Experiment
import Guest
import Kernel

/// Bursts, and questions with their answers: everything about them that is drawn elsewhere is constant here.
extension Twin {
    /// A question, with whatever still belongs to it: packets, work, waiting.
    final class Question {
        enum State { case waiting, answered, failed }
        let flow: Int
        var state = State.waiting
        var (attempts, pending) = (0, 0)
        init(_ flow: Int) { self.flow = flow }
    }

    /// What is put off until its client runs again.
    struct PutOff {
        let client: Int
        let action: () -> Void
    }

    /// When packets or questions of a flow are over.
    private func end(_ flow: Int) -> Int64 {
        min(cast.flows[flow].entry.stop ?? scenario.duration, scenario.duration).picoseconds
    }

    private func begin(_ flow: Int) -> Int64 {
        guard case .fixed(let phase) = cast.flows[flow].entry.phase else { preconditionFailure() }
        return (cast.flows[flow].entry.start + phase).picoseconds
    }

    func startTraffic() {
        for flow in cast.flows.indices where !cast.flows[flow].isAnswer {
            switch cast.flows[flow].entry.kind {
            case .cbr: tick(flow, clock: 0, serial: 0)
            case .onOff: burst(flow, since: begin(flow), clock: 0)
            case .requestResponse where cast.flows[flow].entry.think != nil:
                if begin(flow) < end(flow) { at(begin(flow), 1) { [self] in askServer(flow) } }
            case .requestResponse, .ping: clockQuestion(flow, clock: 0)
            case .poisson, .flows: preconditionFailure("drawn")
            }
        }
    }

    private func elapsed(_ clock: Int, _ flow: Int) -> Int64 {
        guard let rate = cast.flows[flow].entry.rate else { preconditionFailure() }
        return Int64(UInt128(clock) * 1_000_000_000_000_000_000 / UInt128(rate.microPackets))
    }

    private func isExhausted(_ flow: Int) -> Bool { first[flow, default: 0] >= cast.flows[flow].entry.count ?? .max }

    // MARK: - Bursts

    /// Packet `clock` of the burst that began then; each has one at its beginning.
    private func burst(_ flow: Int, since begin: Int64, clock: Int) {
        let (entry, source) = (cast.flows[flow].entry, cast.flows[flow].source)
        guard case .constant(let on) = entry.on, case .constant(let off) = entry.off else { preconditionFailure() }
        let time = begin + elapsed(clock, flow)
        let over = begin + max(on.picoseconds, 1)
        if time >= over { return burst(flow, since: over + off.picoseconds, clock: 0) }
        if time >= end(flow) || isExhausted(flow) { return }
        at(time, 1) { [self] in
            if runs(source) {
                note("packet of a burst")
                first[flow, default: 0] += 1
                emit(flow, nextSerial(flow))
                settle()
            }
            burst(flow, since: begin, clock: clock + 1)
        }
    }

    func nextSerial(_ flow: Int) -> Int {
        defer { serials[flow, default: 0] += 1 }
        return serials[flow, default: 0]
    }

    // MARK: - Questions

    /// An open loop asks by the clock; what falls due while the client does not run is not asked.
    private func clockQuestion(_ flow: Int, clock: Int) {
        let time = begin(flow) + elapsed(clock, flow)
        if time >= end(flow) || isExhausted(flow) { return }
        at(time, 1) { [self] in
            if runs(cast.flows[flow].source) { say(Question(flow)) }
            settle()
            clockQuestion(flow, clock: clock + 1)
        }
    }

    /// A closed loop asks when it can.
    private func askServer(_ flow: Int) {
        let client = cast.flows[flow].source
        if runs(client) { return say(Question(flow)) }
        note("question put off")
        putOff.append(PutOff(client: client) { [self] in askServer(flow) })
    }

    private func askNext(_ flow: Int) {
        guard case .constant(let pause) = cast.flows[flow].entry.think else { return }
        let time = now + pause.picoseconds
        if time < end(flow) && !isExhausted(flow) { at(time, 1) { [self] in askServer(flow) } }
    }

    /// Asks, for the first time or again.
    private func say(_ question: Question) {
        let flow = question.flow
        if question.attempts == 0 {
            first[flow, default: 0] += 1
            questions.append(question)
        }
        note(question.attempts == 0 ? "question" : "question repeated")
        question.attempts += 1
        question.pending += 1
        if let retry = cast.flows[flow].entry.retry {
            question.pending += 1
            at(now + retry.timeout.picoseconds, 1) { [self] in waitedEnough(question) }
        }
        send(flow, question) { [self] in
            let life = machines[cast.flows[flow].destination].life
            at(now + service(flow), 1) { [self] in answer(question, life) }
        }
    }

    private func service(_ flow: Int) -> Int64 {
        guard case .constant(let service) = cast.flows[flow].entry.service else { preconditionFailure() }
        return service.picoseconds
    }

    private func send(_ flow: Int, _ question: Question, then: @escaping () -> Void) {
        let packet = makePacket(flow, nextSerial(flow))
        packet.ending = { [self] isDelivered in if isDelivered { then() } else { letGo(question) } }
        depart(packet, from: cast.flows[flow].source)
    }

    private func answer(_ question: Question, _ life: Int) {
        let flow = cast.flows[question.flow].answer!
        let server = cast.flows[flow].source
        if !runs(server) || machines[server].life != life {
            note("question not served")
            return letGo(question)
        }
        send(flow, question) { [self] in
            let before = question.state
            question.state = .answered
            note(before == .failed ? "late answer" : "answer")
            if before == .waiting { askNext(question.flow) }
            letGo(question)
        }
    }

    private func waitedEnough(_ question: Question) {
        let (entry, client) = (cast.flows[question.flow].entry, cast.flows[question.flow].source)
        if question.state == .waiting && !runs(client) {
            putOff.append(PutOff(client: client) { [self] in waitedEnough(question) })
            return
        }
        if question.state == .waiting {
            if question.attempts < entry.retry!.attempts && now < scenario.duration.picoseconds {
                say(question)
            } else {
                fail(question)
            }
        }
        letGo(question)
    }

    private func fail(_ question: Question) {
        question.state = .failed
        note("question failed")
        askNext(question.flow)
    }

    /// A client has failed: it waits for no answer any more.
    func failQuestions(of client: Int) {
        questions.removeAll { $0.pending == 0 }
        for question in questions where question.state == .waiting && cast.flows[question.flow].source == client {
            fail(question)
        }
    }

    /// One thing less belongs to it. When nothing does any more, no answer will come.
    private func letGo(_ question: Question) {
        question.pending -= 1
        if question.pending == 0 && question.state == .waiting { fail(question) }
    }

    /// A VM runs again: what it has put off is due now.
    func wake(_ vm: Int) {
        let due = putOff.filter { $0.client == vm }
        putOff.removeAll { $0.client == vm }
        for entry in due { at(now, 1, entry.action) }
    }
}
