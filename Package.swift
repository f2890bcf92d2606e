// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours: Swift 6 mode, every warning an error.
let house: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// One module of the simulator. `uses` is the whole list of what it may import (see ArchitectureTests).
func module(_ name: String, uses: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: uses, swiftSettings: house)
}

/// The tests of one module.
func tests(
    _ name: String, uses: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: uses, path: "Tests/\(name)Tests", exclude: exclude,
        resources: resources,
        swiftSettings: house)
}

let package = Package(
    name: "nvo3sim",
    products: [.executable(name: "nvo3sim", targets: ["nvo3sim"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"])]),
        module("Wire"),
        module("Kernel", uses: ["CGSL", "Wire"]),
        module("Fabric", uses: ["Kernel", "Wire"]),
        module("Overlay", uses: ["Kernel", "Wire"]),
        module("Guest", uses: ["Kernel", "Wire"]),
        module("Mobility", uses: ["Kernel", "Wire", "Guest", "Overlay"]),
        module("Observe", uses: ["Kernel", "Wire"]),
        module(
            "Experiment",
            uses: [
                "Kernel", "Wire", "Fabric", "Overlay", "Guest", "Mobility", "Observe", "CGSL",
                .product(name: "Yams", package: "Yams"),
            ]),
        module("Evidence", uses: ["Kernel", "Observe", "Experiment", "CGSL"]),
        .executableTarget(
            name: "nvo3sim",
            dependencies: [
                "Evidence", "Experiment", "Observe", "Kernel",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: house),
        tests("Wire", uses: ["Wire"]),
        tests("Kernel", uses: ["Kernel", "Wire", "CGSL"]),
        tests("Fabric", uses: ["Fabric", "Kernel", "Wire"]),
        tests("Overlay", uses: ["Overlay", "Kernel", "Wire"]),
        tests("Guest", uses: ["Guest", "Kernel", "Wire"]),
        tests("Mobility", uses: ["Mobility", "Overlay", "Guest", "Kernel", "Wire"]),
        tests("Observe", uses: ["Observe", "Kernel", "Wire"]),
        tests(
            "Experiment",
            uses: ["Experiment", "Observe", "Mobility", "Guest", "Overlay", "Fabric", "Kernel", "Wire"]),
        tests("Evidence", uses: ["Evidence", "Experiment", "Observe", "Kernel"]),
        // Read from its place in the tree, like every file that these tests look at.
        tests(
            "Program", uses: ["Experiment", "Observe", "Kernel"], exclude: ["Requirements/requirements.tsv"]),
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        tests("ReleaseLane", uses: ["AllocationCounter", "Experiment", "Kernel"]),
    ],
    swiftLanguageModes: [.v6]
)

/// In the release lane there are no other tests, because `swift test` builds all that there are, optimised.
if Context.environment["NVO3SIM_RELEASE_LANE"] != nil {
    package.targets.removeAll { $0.isTest && $0.name != "ReleaseLaneTests" }
}
