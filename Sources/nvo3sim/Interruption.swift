import Foundation
import Synchronization

/// How many signals have come. Outside the type, because a signal handler can carry no context.
private let signals = Atomic<Int>(0)

/// Ctrl-C (SIGINT) and SIGTERM: the first one asks the run to end, the second one ends the program.
enum Interruption {
    static var hasCome: Bool { signals.load(ordering: .relaxed) > 0 }

    /// From now on signals are counted instead of ending the program.
    static func watch() {
        // What the handler touches must exist before the first signal.
        _ = hasCome
        // Whoever started the program may have blocked them, and the mask is inherited.
        var wanted = sigset_t()
        sigemptyset(&wanted)
        for number in [SIGINT, SIGTERM] {
            sigaddset(&wanted, number)
            signal(number) { _ in
                if signals.add(1, ordering: .relaxed).oldValue > 0 { _exit(130) }
            }
        }
        pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
    }
}
