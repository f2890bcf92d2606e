public import Kernel

extension NVE {
    /// Handles what is not a tenant's packet: the hypervisor's calls, announcements, the NVA's messages, timers.
    public mutating func handle(_ input: Input, now: Instant, in context: inout Context) {
        if isDown { return }
        switch input {
        case .message(.arpRequest(let record), from: let party):
            solicited(.arpRequest(record), by: party, now, &context)
        case .message(.neighbourSolicitation(let record), from: let party):
            solicited(.neighbourSolicitation(record), by: party, now, &context)
        case .message(let message, from: _): handle(message, now, &context)
        case .timer(let key): if key.epoch == epoch { expire(key, now, &context) }
        }
    }

    private mutating func handle(_ message: Message, _ now: Instant, _ context: inout Context) {
        switch message {
        case .attach(let record): attach(record, &context)
        case .associate(let record):
            confirm(.associateReply(record), &context)
            attach(record, &context)
        case .detach(let departure): detach(departure, now, &context)
        case .deassociate(let departure):
            confirm(.deassociateReply(departure.record), &context)
            detach(departure, now, &context)
        case .pause(let record): setPlace(.paused, record)
        case .resume(let record): setPlace(.attached, record)
        case .halt(let record): halt(record)
        case .restore(let record): restore(record, now, &context)
        case .expect(let record): states[stateIndex(of: record.hardware, vm: record.vm)].isExpected = true
        case .prepare(let record):
            states[stateIndex(of: record.hardware, vm: record.vm)].isExpected = true
            register(record, now, &context)
        case .unexpect(let record): unexpect(record, &context)
        case .gratuitousARP(let record), .neighbourAdvertisement(let record): announced(record, now, &context)
        case .registrationReply(let record): registrationConfirmed(record, &context)
        case .deregistrationReply(let record): deregistrationConfirmed(record, &context)
        case .push(let record): pushed(record, now, &context)
        case .answer(let record): queryAnswered(record, now, &context)
        case .pending(let record): queryIsPending(record, now, &context)
        case .negative(let record): queryRefused(record, now, &context)
        case .invalidate(let record): invalidate(record, &context)
        case .resynchronise(let record), .takeover(let record): authorityMoved(message, record, now, &context)
        case .moveRequest: context.ask(.tell(.vmManager, message, from: .nve(node), after: .zero))
        case .registration, .deregistration, .query, .invalidationRequest, .arpRequest, .neighbourSolicitation,
            .arpReply, .hello, .associateReply, .deassociateReply, .activation, .onboardRequest,
            .onboardAcknowledgement, .onboardRefusal, .onboardConfirmation, .onboardApproval:
            preconditionFailure("an NVE was sent \(message)")
        }
    }

    private mutating func expire(_ key: TimerKey, _ now: Instant, _ context: inout Context) {
        let state = Int(key.token)
        switch key.purpose {
        case .redirectExpiry: redirectTimerRanOut(state, now, &context)
        case .queryTimeout: queryTimedOut(state, now, &context)
        case .registrationTimeout: registrationTimedOut(state, now, &context)
        case .deregistrationTimeout: deregistrationTimedOut(state, now, &context)
        case .mappingExpiry: mappingExpired(state, now, &context)
        case .bufferExpiry: expireBuffer(state, now, &context)
        case .detection: noticeDeparture(state, now, &context)
        case .nextInvalidation:
            invalidations.timerRanOut()
            sendInvalidations(now, &context)
        case .serviceDone, .nextReply, .nextPush, .announce, .holdTimeout, .neighbourTimeout,
            .hello, .helloTimeout, .takeover, .associationTimeout:
            preconditionFailure("an NVE has no timer \(key)")
        }
    }

    // MARK: - The hypervisor's calls

    /// What a hypervisor says over its link is answered, where it may get lost.
    private func confirm(_ answer: Message, _ context: inout Context) {
        if !settings.confirms { return }
        context.ask(.tell(.hypervisor(answer.record.port), answer, from: .nve(node), after: .zero))
    }

    mutating func attach(_ record: MappingRecord, _ context: inout Context) {
        resolve(record)
        let slot = mappings.findOrInsert(record.hardware)
        setPlace(.attached, of: slot)
        mappings[slot].locator = record.port
        mappings[slot].vm = record.vm
        mappings[slot].sequence = record.sequence
        mappings[slot].expiry = .never
        if mappings[slot].state == 0 { return }
        let state = Int(mappings[slot].state) - 1
        endRedirect(state, &context)
        endQuery(state, &context)
        endDeregistration(state, &context)
        states[state].departure = .none
        states[state].isExpected = false
        states[state].hasFailed = false
        if let detection = states[state].detection { context.disarm(detection.timer) }
        states[state].detection = nil
        // Packets that waited for the VM go to it in order; later arrivals come behind them.
        settle(state, &context, with: .deliver(record.vm))
    }

    /// The VM does not come after all (DER-10).
    private mutating func unexpect(_ record: MappingRecord, _ context: inout Context) {
        let state = stateIndex(of: record.hardware, vm: record.vm)
        states[state].isExpected = false
        settle(state, &context, with: .drop(.notAttached)) { $0.isInFlight }
    }

    private mutating func setPlace(_ place: MappingEntry.Place, _ record: MappingRecord) {
        let slot = mappings.findOrInsert(record.hardware)
        let state = Int(mappings[slot].state) - 1
        if state < 0 || !states[state].hasFailed { setPlace(place, of: slot) }
    }

    private mutating func detach(_ departure: Departure, _ now: Instant, _ context: inout Context) {
        let record = departure.record
        let slot = mappings.findOrInsert(record.hardware)
        // The VM is at another port by now, and word of that has overtaken this.
        if mappings[slot].place == .attached, mappings[slot].sequence > record.sequence { return }
        let state = stateIndex(of: record.hardware, vm: record.vm)
        // It is said again because the answer was lost: nothing begins anew.
        if states[state].hasLeft, states[state].leftWith == record.sequence { return }
        // To another port is nowhere yet: nothing can go there before the attach.
        let target = departure.redirectTo == node ? NodeID.none : departure.redirectTo
        setPlace(.unknown, of: slot)
        mappings[slot].locator = .none
        mappings[slot].expiry = .never
        if target != .none { enter(slot, at: target, now, &context) }
        // Word of its coming back may have been lost.
        endRedirect(state, &context)
        if let detection = states[state].detection { context.disarm(detection.timer) }
        states[state].detection = nil
        states[state].vm = record.vm
        states[state].departure = .left
        states[state].leftWith = record.sequence
        endRegistrations(record, &context)
        if target != .none { installRedirect(state, to: target, now, &context) }
        if !settings.deregisters, !settings.oldNVEInvalidates { return }
        let timer = context.arm(key(.detection, state), at: now + settings.invalidate.detectDelay)
        states[state].detection = (timer, record)
    }

    /// The old NVE has noticed that the VM is gone: it tells the NVA (DEC-06) and the other NVEs (REQ-4.2-16).
    private mutating func noticeDeparture(_ state: Int, _ now: Instant, _ context: inout Context) {
        guard let record = states[state].detection?.record else { return }
        states[state].detection = nil
        if settings.deregisters { deregister(record, now, &context) }
        if !settings.oldNVEInvalidates { return }
        for target in settings.invalidationTargets[Int(record.network.index)] where target != node {
            invalidations.append(.invalidate(record), to: target, ready: now)
        }
        sendInvalidations(now, &context)
    }

    private mutating func sendInvalidations(_ now: Instant, _ context: inout Context) {
        let key = TimerKey(owner: .nve(node), purpose: .nextInvalidation, token: 0, epoch: epoch)
        let node = node
        invalidations.advance(timer: key, now: now, in: &context) { message, target, context in
            context.ask(.originate(message, from: node, to: target))
        }
    }

    // MARK: - Redirect entries

    /// In-flight packets are redirected from now on (REQ-5-06).
    mutating func installRedirect(_ state: Int, to locator: NodeID, _ now: Instant, _ context: inout Context) {
        if locator == node { return }
        let rules = settings.redirect
        states[state].redirectEnd = rules.stop == .idle ? .never : now + rules.timer
        states[state].lastRedirect = now
        let due = rules.stop == .timer ? now + rules.timer : min(states[state].redirectEnd, now + rules.idle)
        let timer = context.arm(key(.redirectExpiry, state), at: due)
        states[state].departure = .redirecting(to: locator, timer)
        context.record(
            .redirectInstalled(states[state].vm, at: node, to: locator, expiry: states[state].redirectEnd))
    }

    /// The entry ends by its timer, or because no packet has come for a while; packets in between put that off.
    private mutating func redirectTimerRanOut(_ state: Int, _ now: Instant, _ context: inout Context) {
        guard case .redirecting(let locator, _) = states[state].departure else { return }
        let idleEnd =
            settings.redirect.stop == .timer ? Instant.never : states[state].lastRedirect + settings.redirect.idle
        let due = min(states[state].redirectEnd, idleEnd)
        if due > now {
            states[state].departure = .redirecting(to: locator, context.arm(key(.redirectExpiry, state), at: due))
            return
        }
        states[state].departure = .expired
        context.record(.redirectEnded(states[state].vm, at: node, expired: true))
    }

    /// The VM is back: its redirect entry must go, or its packets would be sent away (DER-07).
    private mutating func endRedirect(_ state: Int, _ context: inout Context) {
        guard case .redirecting(_, let timer) = states[state].departure else { return }
        context.disarm(timer)
        context.record(.redirectEnded(states[state].vm, at: node, expired: false))
    }

    /// A push tells where the VM is; it also ends the wait of packets for the answer to a query.
    private mutating func pushed(_ record: MappingRecord, _ now: Instant, _ context: inout Context) {
        let isNews = learn(record, by: .push, now, &context)
        answerQuestions(record, &context)
        if !isNews { return }
        let slot = mappings.find(record.hardware)
        if slot < 0 || mappings[slot].state == 0 { return }
        let state = Int(mappings[slot].state) - 1
        var isInstalled = false
        if case .left = states[state].departure, settings.redirect.learn == .nvaPush {
            installRedirect(state, to: record.locator, now, &context)
            isInstalled = true
        }
        goOn(state, isRedirecting: isInstalled, &context)
    }
}
