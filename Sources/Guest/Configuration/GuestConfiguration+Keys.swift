import Kernel

extension GuestConfiguration: Keyed {
    private static let asks = Condition<Self>.when("neighbours", "resolve") { $0.neighbours == .resolve }

    public static let keys = KeyTable<GuestConfiguration>([
        .value(
            "neighbours", \.neighbours, .choice(), "whether VMs know MAC addresses or ask for them",
            origin: .draft("4.2"), requirement: "DER-18"),
        .value(
            "queue", \.queue, .packets(0...1_000_000),
            "packets that wait for one address; a new one replaces the oldest",
            origin: .vendor("usual with Linux guests")
        ).only(asks),
        .value(
            "retransmit", \.retransmit, .duration(from: Duration(picoseconds: 1), example: "1 s"),
            "from one attempt to the next", origin: .rfc("RFC 4861 §10")
        ).only(asks),
        .value(
            "attempts", \.attempts, .integer(1...100, example: "3"), "questions before a VM gives up",
            origin: .rfc("RFC 4861 §10")
        ).only(asks),
        .value(
            "lifetime", \.lifetime, .durationOrNever(from: Duration(picoseconds: 1)),
            "how long an answer is believed before it is confirmed, or `never` confirmed", origin: .rfc("RFC 4861 §10")
        ).only(asks),
    ])
}
