import Kernel

/// Queries: answered, held until the VM is registered, or refused (REQ-4.4-04, DEC-06).
extension NVA {
    /// A query's service is over. The record names the endpoint that is asked for and, as locator, the asker.
    mutating func answer(_ query: MappingRecord, _ now: Instant, _ context: inout Context) {
        let vm = Endpoints.owner(of: query.hardware)
        guard directory.indices.contains(Int(vm.index)) else {
            refuse(query, &context)
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
            refuse(query, &context)
        }
    }

    /// An NVE that asks again while it is held is told so again, and is answered once.
    private mutating func hold(_ query: MappingRecord, _ vm: VMID, _ now: Instant, _ context: inout Context) {
        send(.pending(query), to: query.locator, &context)
        if held[vm]?.contains(where: { $0.asker.locator == query.locator }) == true { return }
        let timer = context.arm(key(.holdTimeout, token: vm.index), at: now + settings.holdTimeout)
        held[vm, default: []].append(HeldQuery(asker: query, timer: timer))
    }

    private func refuse(_ query: MappingRecord, _ context: inout Context) {
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

    /// All queries are held for the same time: the one whose time is over is the first of those for its VM.
    mutating func giveUpHolding(_ vm: VMID, _ context: inout Context) {
        guard let query = held[vm]?.removeFirst() else { return }
        if held[vm]?.isEmpty == true { held[vm] = nil }
        send(.negative(query.asker), to: query.asker.locator, &context)
    }
}
