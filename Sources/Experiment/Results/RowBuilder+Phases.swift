import Kernel
import Mobility
import Observe
import Overlay

/// The phases of moves, each from a fact to a fact.
extension RowBuilder {
    func phases(_ world: borrowing World) -> [PhaseRow] {
        var rows: [PhaseRow] = []
        for index in scenario.moves.indices where world.moves[index].hasBegun {
            let course = world.moveProbe.courses[index]
            var phases = MovePhases(move: moveName(at: index), vm: vmName(course.vm))
            addSteps(&phases, course, world.moves[index])
            addMessages(&phases, course, world.phaseProbe.courses[index], world)
            addTrains(&phases, course, MoveID(index), world)
            addCaches(&phases, course)
            rows += phases.rows
        }
        return rows
    }

    private func addSteps(_ phases: inout MovePhases, _ course: MoveProbe.Course, _ move: MoveProcedure) {
        phases.add(.preparation, "vm-manager", move.at, course.detached)
        phases.add(.downtime, phases.vm, course.detached, course.attached)
        for stage in move.stages where !move.isGiven {
            guard let phase = MovePhase.allCases.first(where: { $0.name == stage.stage.rawValue }) else {
                preconditionFailure("phases.csv has no name for \(stage.stage)")
            }
            phases.add(phase, "vm-manager", stage.start, stage.end)
        }
        phases.add(.redirect, nodeName(course.fromNVE), course.redirectBegan, course.redirectEnded)
    }

    private func addMessages(
        _ phases: inout MovePhases, _ course: MoveProbe.Course, _ messages: PhaseProbe.Course, _ world: borrowing World
    ) {
        let oldNVE = nodeName(course.fromNVE)
        let invalidates = scenario.invalidate.by == .oldNVE || scenario.invalidate.by == .both
        if !course.isInPlace, invalidates || scenario.nva.onDetach != .keep {
            phases.add(.detection, oldNVE, course.detached, messages.noticed)
        }
        if scenario.announce.kind != .none {
            phases.add(.announcement, phases.vm, course.attached, messages.announced)
        }
        phases.add(.registration, nodeName(course.toNVE), messages.registering, course.registered)
        phases.add(.resolution, oldNVE, messages.asked, messages.answered)
    }

    /// Messages that leave one after another: over when none is under way and none waits to leave.
    private func addTrains(
        _ phases: inout MovePhases, _ course: MoveProbe.Course, _ move: MoveID, _ world: borrowing World
    ) {
        let messages = world.phaseProbe.courses[Int(move.index)]
        if let pushes = messages.pushes {
            let isOver = pushes.underWay == 0 && !world.nva.hasPushes(of: move)
            phases.add(.distribution, "nva", course.registered, isOver ? pushes.last : nil)
        }
        for (sender, train) in messages.invalidations {
            let (actor, hasMore) = invalidator(sender, move, world)
            phases.add(.invalidation, actor, train.first, train.underWay == 0 && !hasMore ? train.last : nil)
        }
    }

    /// Who invalidates, and whether it has not sent everything yet.
    private func invalidator(_ sender: Party, _ move: MoveID, _ world: borrowing World) -> (String, Bool) {
        guard case .nve(let node) = sender else { return ("vm-manager", world.nva.hasInvalidations(of: move)) }
        return (nodeName(node), world.nves[world.nveIndex(of: node)].hasInvalidations(of: move))
    }

    private func addCaches(_ phases: inout MovePhases, _ course: MoveProbe.Course) {
        guard let first = course.caches.map(\.staleSince).min() else { return }
        let last = course.caches.max {
            ($0.corrected ?? .never, $1.node.index) < ($1.corrected ?? .never, $0.node.index)
        }
        phases.add(.convergence, last.map { nodeName($0.node) } ?? "", first, last?.corrected)
    }
}

/// The rows of one move.
private struct MovePhases {
    let move: String
    let vm: String
    private(set) var rows: [PhaseRow] = []

    init(move: String, vm: String) {
        self.move = move
        self.vm = vm
    }

    /// A phase that has not begun is none.
    mutating func add(_ phase: MovePhase, _ actor: String, _ start: Instant?, _ end: Instant?) {
        guard let start else { return }
        rows.append(PhaseRow(move: move, vm: vm, phase: phase, actor: actor, start: start, end: end))
    }
}
