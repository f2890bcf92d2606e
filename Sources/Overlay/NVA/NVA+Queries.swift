import Kernel

/// Queries: answered, held until the VM is registered, or refused (REQ-4.4-04, DEC-06).
extension NVA {
    /// A query's service is over. The record names the endpoint that is asked for and, as locator, the asker.
    mutating func answer(_ query: MappingRecord, _ now: Instant, _ context: inout Context) {
        let vm = Endpoints.owner(of: query.hardware)
        guard directory.indices.contains(Int(vm.index)) else {
            refuse(query, vm, &context)
            return
        }
        audience.note(query.locator, of: vm, at: now)
        let record = directory[Int(vm.index)]
        if presence[Int(vm.index)] == .present, record.locator != query.locator {
            send(.answer(record), to: query.locator, &context)
            return
        }
        // A query of the recorded NVE itself counts as a deregistration; it is never told of itself.
        if presence[Int(vm.index)] == .present {
            switch settings.onDetach {
            case .hold: presence[Int(vm.index)] = .leaving
            case .withdraw: presence[Int(vm.index)] = .absent
            case .keep: break
            }
        }
        if presence[Int(vm.index)] == .leaving {
            hold(query, vm, now, &context)
        } else {
            refuse(query, vm, &context)
        }
    }

    private mutating func hold(_ query: MappingRecord, _ vm: VMID, _ now: Instant, _ context: inout Context) {
        send(.pending(query), to: query.locator, &context)
        let key = TimerKey(owner: .nva, purpose: .holdTimeout, token: nextHeld)
        let timer = context.arm(key, at: now + settings.holdTimeout)
        held[vm, default: []].append(HeldQuery(asker: query, number: nextHeld, timer: timer))
        nextHeld += 1
    }

    private func refuse(_ query: MappingRecord, _ vm: VMID, _ context: inout Context) {
        if settings.unknown == .negative { send(.negative(query), to: query.locator, &context) }
    }

    /// The VM is registered: those who wait are told, in order of asking. The VM's own NVE needs no answer.
    mutating func answerHeld(_ vm: VMID, _ now: Instant, _ context: inout Context) {
        guard presence[Int(vm.index)] == .present, let queries = held.removeValue(forKey: vm) else { return }
        for query in queries {
            context.disarm(query.timer)
            if query.asker.locator == directory[Int(vm.index)].locator { continue }
            audience.note(query.asker.locator, of: vm, at: now)
            send(.answer(directory[Int(vm.index)]), to: query.asker.locator, &context)
        }
    }

    mutating func giveUpHolding(_ number: UInt32, _ context: inout Context) {
        for vm in held.keys {
            guard let place = held[vm]?.firstIndex(where: { $0.number == number }) else { continue }
            if let query = held[vm]?.remove(at: place) { refuse(query.asker, vm, &context) }
            return
        }
    }
}
