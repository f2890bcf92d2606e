import Experiment
import Fabric
import Kernel
import Overlay

/// The NVA: one server for all requests, what it knows of each VM, and whom it tells.
extension Twin {
    struct Record {
        enum Place { case present, leaving, absent }
        var place: Place
        var nve: Int
        var sequence = 0
        /// NVEs whose queries are held, in order of asking.
        var held: [(host: Int, number: Int)] = []
        /// When an NVE was last known to have to do with the VM.
        var interest: [Int: Int64] = [:]
        /// Where each address is, when they are registered one by one.
        var places: [Int]
    }

    struct Request {
        enum Kind { case registration, deregistration, query }
        var kind: Kind
        var vm: Int
        /// The NVE that asks.
        var host: Int
        var sequence = 0
        var forGuest = false
        /// The address that is registered, when that is one by one.
        var address: Int?
    }

    /// An NVE registers a VM, again and again until there is a reply or the VM has left.
    ///
    /// - Parameter address: which of its addresses, where they are registered one by one.
    func register(_ vm: Int, _ host: Int, _ sequence: Int, address: Int? = nil, repetition: Int = 0) {
        let (belief, number) = (beliefs[host][vm], fresh())
        belief.registering[address ?? 0] = (number, sequence)
        control(from: host, to: nil, payload: mapping(vm, address)) { [self] in
            receive(Request(kind: .registration, vm: vm, host: host, sequence: sequence, address: address))
        }
        at(now + scenario.nve.query.timeout.picoseconds, 0) { [self] in
            let isOpen = belief.registering[address ?? 0]?.number == number
            if !isOpen || repetition == scenario.nve.query.retries { return }
            note("registration repeated")
            register(vm, host, sequence, address: address, repetition: repetition + 1)
        }
    }

    private func mapping(_ vm: Int, _ address: Int?) -> Int64 { address == nil ? cast.machines[vm].mapping : 64 }

    /// What may get lost is answered, or said again.
    var confirms: Bool { !scenario.failures.isEmpty || scenario.nva.controlLoss.billionths > 0 }

    func deregister(_ vm: Int, _ host: Int, _ sequence: Int, repetition: Int = 0) {
        let (belief, number) = (beliefs[host][vm], fresh())
        belief.deregistering = (number, sequence)
        control(from: host, to: nil, payload: cast.machines[vm].mapping) { [self] in
            receive(Request(kind: .deregistration, vm: vm, host: host, sequence: sequence))
        }
        if !confirms { return }
        at(now + scenario.nve.query.timeout.picoseconds, 0) { [self] in
            if belief.deregistering?.number != number || repetition == scenario.nve.query.retries { return }
            note("deregistration repeated")
            deregister(vm, host, sequence, repetition: repetition + 1)
        }
    }

    private func reply(_ request: Request) {
        control(from: nil, to: request.host, payload: 32) { [self] in
            let belief = beliefs[request.host][request.vm]
            let address = request.address ?? 0
            let isArrival =
                request.kind == .registration && belief.registering[address]?.sequence == request.sequence
            if isArrival { belief.registering[address] = nil }
            let isDeparture = request.kind == .deregistration && belief.deregistering?.sequence == request.sequence
            if isDeparture { belief.deregistering = nil }
        }
    }

    func receive(_ request: Request) {
        requests.append(request)
        serve()
    }

    /// Takes the next request, when the NVA is free.
    private func serve() {
        if serving || requests.isEmpty { return }
        serving = true
        let (request, costs) = (requests.removeFirst(), scenario.nva.costs)
        at(now + (request.kind == .query ? costs.query : costs.registration).picoseconds, 0) { [self] in
            var free = now
            switch request.kind {
            case .query: look(request.vm, for: request)
            case .deregistration:
                accept(leaving: request)
                if confirms { reply(request) }
            case .registration:
                let isChange = accept(request)
                free += costs.reply.picoseconds
                once(free) { [self] in reply(request) }
                if isChange && scenario.nva.distribution == .push { free = push(request, from: free) }
            }
            once(free) { [self] in
                serving = false
                serve()
            }
        }
    }

    /// Whether the VM is elsewhere than it was last known to be.
    private func accept(_ request: Request) -> Bool {
        let old = records[request.vm]
        if request.sequence < old.sequence {
            note("older registration")
            return false
        }
        (records[request.vm].place, records[request.vm].held) = (.present, [])
        (records[request.vm].nve, records[request.vm].sequence) = (request.host, request.sequence)
        result.registrationsInForce.append(now)
        for (asker, _) in old.held where asker != request.host {
            note("held query answered")
            answer(request.vm, to: asker)
        }
        guard let address = request.address else { return old.nve != request.host }
        note("registration of one address")
        records[request.vm].places[address] = request.host
        return old.places[address] != request.host
    }

    /// One push after another; says when the server has done them.
    private func push(_ request: Request, from start: Int64) -> Int64 {
        var free = start
        for target in targets(scenario.nva.pushTargets, request.vm, except: request.host) {
            free += scenario.nva.costs.push.picoseconds
            lastPush = max(free, lastPush + scenario.nva.costs.spacing.picoseconds)
            records[request.vm].interest[target] = now
            once(lastPush) { [self] in
                control(from: nil, to: target, payload: 16 + mapping(request.vm, request.address)) { [self] in
                    learn(
                        target, request.vm, request.host, request.sequence, address: request.address, isAnswer: false)
                }
            }
        }
        return free
    }

    private func accept(leaving request: Request) {
        let record = records[request.vm]
        // Registrations in between may have been lost: the NVE's number is the newer one then.
        if record.sequence <= request.sequence && record.nve == request.host { forget(request.vm) }
    }

    private func forget(_ vm: Int) {
        switch scenario.nva.onDetach {
        case .hold: records[vm].place = .leaving
        case .withdraw: records[vm].place = .absent
        case .keep: break
        }
    }

    /// A query: nobody is told that the VM is where he has just missed it.
    private func look(_ vm: Int, for request: Request) {
        let asker = request.host
        records[vm].interest[asker] = now
        let isOwner = records[vm].place == .present && records[vm].nve == asker
        if isOwner {
            note("query of the recorded NVE")
            forget(vm)
        }
        if records[vm].place == .present && !isOwner { return answer(vm, to: asker) }
        if records[vm].place == .leaving {
            keepWaiting(vm, request)
        } else if scenario.nva.unknown == .negative {
            note("negative answer")
            control(from: nil, to: asker, payload: 32) { [self] in negative(asked(request)) }
        }
    }

    private func asked(_ request: Request) -> Asked {
        Asked(here: request.host, vm: request.vm, forGuest: request.forGuest)
    }

    /// Holds a query until the VM is registered, or for the hold timeout of the first one of this NVE.
    private func keepWaiting(_ vm: Int, _ request: Request) {
        let asker = request.host
        control(from: nil, to: asker, payload: 32) { [self] in pending(asked(request)) }
        if records[vm].held.contains(where: { $0.host == asker }) { return }
        let number = fresh()
        records[vm].held.append((asker, number))
        at(now + scenario.nva.holdTimeout.picoseconds, 0) { [self] in
            guard let place = records[vm].held.firstIndex(where: { $0.number == number }) else { return }
            note("hold of a query over")
            records[vm].held.remove(at: place)
            control(from: nil, to: asker, payload: 32) { [self] in negative(asked(request)) }
        }
    }

    private func answer(_ vm: Int, to asker: Int) {
        let (host, sequence) = (records[vm].nve, records[vm].sequence)
        records[vm].interest[asker] = now
        control(from: nil, to: asker, payload: cast.machines[vm].mapping) { [self] in
            learn(asker, vm, host, sequence, isAnswer: true)
        }
    }

    /// In push order: NVEs that have to do with the VM, NVEs of its network, or all.
    func targets(_ kind: NVAConfiguration.PushTargets, _ vm: Int, except: Int) -> [Int] {
        let first = scenario.nva.pushOrder.map { cast.nve(of: cast.number($0)) }
        let order = first + cast.nves.filter { !first.contains($0) }
        let alike = machines.indices.filter { cast.machines[$0].network == cast.machines[vm].network }
        let members = Set(alike.flatMap(cast.places))
        let cache = scenario.nve.cache
        return order.filter { host in
            if host == except { return false }
            switch kind {
            case .all: return true
            case .members: return members.contains(host)
            case .communicating:
                guard let last = records[vm].interest[host] else { return false }
                guard cache.kind == .hard, let timeout = cache.timeout else { return true }
                return now - last < timeout.picoseconds
            }
        }
    }
}
