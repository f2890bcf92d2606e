public import Kernel
public import Wire

/// The interned addresses of a run: (VNI, MAC) and (VNI, IP) each have an endpoint id.
///
/// A VM's first two endpoints are made together, so for those the look-up is arithmetic; addresses that turn up at run
/// time get the ids behind them.
public struct Endpoints: Sendable {
    /// By endpoint: the VM that owns the address, or `.none`.
    public private(set) var vms: ContiguousArray<VMID> = []
    public private(set) var networks: ContiguousArray<NetworkID> = []
    public private(set) var hardwareAddresses: ContiguousArray<MACAddress> = []
    public private(set) var addresses: ContiguousArray<IPv4Address> = []

    public init() {}

    public mutating func reserve(vms count: Int) {
        vms.reserveCapacity(2 * count)
        networks.reserveCapacity(count)
        hardwareAddresses.reserveCapacity(count)
        addresses.reserveCapacity(count)
    }

    /// Interns the addresses of the next VM; VMs are numbered in the order of these calls.
    public mutating func addVM(network: NetworkID, hardware: MACAddress, address: IPv4Address) {
        let vm = VMID(networks.count)
        vms.append(vm)
        vms.append(vm)
        networks.append(network)
        hardwareAddresses.append(hardware)
        addresses.append(address)
    }

    public var vmCount: Int { networks.count }

    @inline(__always)
    public static func hardware(of vm: VMID) -> EndpointID { EndpointID(2 &* vm.index) }
    public static func address(of vm: VMID) -> EndpointID { EndpointID(2 &* vm.index &+ 1) }

    /// The VM whose first endpoints these are, whether or not there is such a VM.
    static func owner(of endpoint: EndpointID) -> VMID { VMID(endpoint.index / 2) }

    /// The VM that owns an endpoint.
    @inline(__always)
    public func vm(of endpoint: EndpointID) -> VMID { vms[Int(endpoint.index)] }

    /// A directory entry for a VM at a place: behind an NVE, at a host (nil = the NVE's own).
    public func record(
        of vm: VMID, at locator: NodeID, port: NodeID? = nil, sequence: UInt32, move: MoveID
    ) -> MappingRecord {
        MappingRecord(
            network: networks[Int(vm.index)], vm: vm, hardware: Self.hardware(of: vm), address: Self.address(of: vm),
            locator: locator, port: port, sequence: sequence, move: move)
    }

    public var reservedBytes: Int {
        vms.capacity * MemoryLayout<VMID>.stride + networks.capacity * MemoryLayout<NetworkID>.stride
            + hardwareAddresses.capacity * MemoryLayout<MACAddress>.stride
            + addresses.capacity * MemoryLayout<IPv4Address>.stride
    }
}
