import Kernel

/// What an NVE asks the NVA, and how it repeats itself (DER-12).
extension NVE {
    /// Sees to it that the NVA is being asked. False while a negative answer stands.
    mutating func ask(_ state: Int, _ now: Instant, _ context: inout Context) -> Bool {
        switch states[state].query {
        case .asked, .held: return true
        case .refused(let until) where now < until: return false
        case .refused, .idle:
            sendQuery(state, times: 1, now, &context)
            return true
        }
    }

    private mutating func sendQuery(_ state: Int, times: UInt32, _ now: Instant, _ context: inout Context) {
        let endpoint = states[state].endpoint
        let record = MappingRecord(
            network: .unknown, vm: states[state].vm, hardware: endpoint, address: .none, locator: node, sequence: 0,
            move: .none)
        if times > 1 { context.record(.repeated(.query, record, by: node)) }
        sendToNVA(.query(record), &context)
        let timer = context.arm(key(.queryTimeout, state), at: now + settings.query.timeout)
        states[state].query = .asked(times: times, timer)
    }

    func sendToNVA(_ message: Message, _ context: inout Context) {
        switch settings.authority {
        case .host(let host):
            let place = settings.replicas.isEmpty ? host : settings.replicas[replica]
            context.ask(.originate(message, from: node, to: place))
        case .outOfBand(let delay): context.ask(.tell(.nva, message, from: .nve(node), after: delay))
        }
    }

    /// The NVA has given no answer: what is said to it next goes to the next one of its replicas (DER-11). One that has
    /// been turned to since the question was asked has not been tried yet.
    mutating func turnToNextReplica(_ now: Instant) {
        if settings.replicas.count < 2 || now < replicaSince + settings.query.timeout { return }
        replica = (replica + 1) % settings.replicas.count
        replicaSince = now
    }

    /// The NVA says where it is by now; one that has lost its directory must be told of the VMs that are here. Their
    /// hypervisor names them.
    mutating func authorityMoved(
        _ message: Message, _ record: MappingRecord, _ now: Instant, _ context: inout Context
    ) {
        if let place = settings.replicas.firstIndex(of: record.locator) { (replica, replicaSince) = (place, now) }
        if case .resynchronise = message {
            context.ask(.tell(.hypervisor(node), message, from: .nve(node), after: .zero))
        }
    }

    /// A query has stayed without an answer for the timeout, or has been held for as long as the NVA may.
    mutating func queryTimedOut(_ state: Int, _ now: Instant, _ context: inout Context) {
        if case .asked = states[state].query { turnToNextReplica(now) }
        if case .asked(let times, _) = states[state].query, times <= settings.query.retries {
            sendQuery(state, times: times + 1, now, &context)
            return
        }
        if case .held = states[state].query, settings.confirms {
            sendQuery(state, times: 1, now, &context)
            return
        }
        states[state].query = .idle
        states[state].seeksNewRedirect = false
        states[state].questions = []
        settle(state, &context, with: .drop(.noAnswer), where: isServed(state))
    }

    /// The NVA has the query and will answer it unasked.
    mutating func queryIsPending(_ record: MappingRecord, _ now: Instant, _ context: inout Context) {
        let state = stateIndex(of: record.hardware)
        guard case .asked(_, let timer) = states[state].query else { return }
        context.disarm(timer)
        // Where its answer may get lost, the NVA is reminded.
        let wait = settings.confirms ? min(settings.holdTimeout, settings.query.timeout) : settings.holdTimeout
        states[state].query = .held(context.arm(key(.queryTimeout, state), at: now + wait))
    }

    /// There is no such VM, says the NVA; an NVE that has it knows better.
    mutating func queryRefused(_ record: MappingRecord, _ now: Instant, _ context: inout Context) {
        let state = stateIndex(of: record.hardware)
        let place = mappings[mappings.findOrInsert(record.hardware)].place
        if place == .attached || place == .paused { return }
        endQuery(state, &context)
        states[state].query = .refused(until: now + settings.negativeLifetime)
        states[state].questions = []
        settle(state, &context, with: .drop(.noAnswer), where: isServed(state))
    }

    /// Which waiting packets depend on the NVA's answer: all but those that wait for the VM itself, or for a push.
    private func isServed(_ state: Int) -> (EndpointState.Waiting) -> Bool {
        let waitsForVM = holdsForVM(state)
        var waitsForPush = false
        if case .left = states[state].departure { waitsForPush = settings.redirect.learn == .nvaPush }
        return { !$0.isInFlight || !(waitsForVM || waitsForPush) }
    }

    mutating func endQuery(_ state: Int, _ context: inout Context) {
        switch states[state].query {
        case .asked(_, let timer), .held(let timer): context.disarm(timer)
        case .idle, .refused: break
        }
        states[state].query = .idle
        states[state].seeksNewRedirect = false
    }

    /// The NVA says where the VM is. An answer older than what this NVE knows ends the query only if the NVE knows a
    /// newer place by now; otherwise it goes on asking (DER-06).
    mutating func queryAnswered(_ record: MappingRecord, _ now: Instant, _ context: inout Context) {
        let isNews = learn(record, by: .answer, now, &context)
        answerQuestions(record, &context)
        let known = mappings[mappings.findOrInsert(record.hardware)]
        if !isNews, known.place != .remote || now >= known.expiry { return }
        let state = stateIndex(of: record.hardware, vm: record.vm)
        let seeksNewRedirect = states[state].seeksNewRedirect
        endQuery(state, &context)
        let asksOnDeparture = settings.redirect.learn == .query || settings.redirect.learn == .nvaPush
        switch states[state].departure {
        case .left where asksOnDeparture: installRedirect(state, to: known.locator, now, &context)
        // Else an entry would be renewed for ever by what the NVE asks for its own VMs (REQ-5-07).
        case .expired where seeksNewRedirect:
            installRedirect(state, to: known.locator, now, &context)
        case .none, .left, .redirecting, .expired: break
        }
        var isRedirecting = false
        if case .redirecting = states[state].departure { isRedirecting = true }
        goOn(state, isRedirecting: isRedirecting, &context)
    }
}
