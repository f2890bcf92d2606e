import Kernel

/// A move whose downtime the scenario gives: closed-form cases, and measured moves of others (DER-16, C02).
struct GivenDowntime: Procedure {
    let downtime: Duration

    mutating func begin(now: Instant) -> ProcedureStep { .stop }
    mutating func stopped(now: Instant) -> ProcedureStep { .wait(downtime, .switchOver) }
    mutating func ended(now: Instant) -> ProcedureStep { .run }
    mutating func running(now: Instant) -> ProcedureStep { .done }
}
