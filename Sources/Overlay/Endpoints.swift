public import Kernel
public import Wire

/// The interned addresses of a run: (VNI, MAC) and (VNI, IP) each have an endpoint id.
///
/// A VM's first two endpoints are made together, so for those the look-up is arithmetic; further addresses of VMs have
/// the ids behind all of those, one VM after another.
public struct Endpoints: Sendable {
    /// Addresses of a VM beyond the first: their values, and the VM.
    public struct Further: Sendable {
        public let vm: VMID
        public let value: UInt128
    }

    /// By network: the family of its addresses.
    public let families: [IPFamily]
    /// By VM.
    public private(set) var networks: ContiguousArray<NetworkID> = []
    public private(set) var hardwareAddresses: ContiguousArray<MACAddress> = []
    /// By VM: its first address, as the network's family has it.
    private var values: ContiguousArray<UInt128> = []
    /// By endpoint less that of the first further address.
    public private(set) var further: ContiguousArray<Further> = []
    /// Of VMs with several addresses: where the others begin in `further`, and how many they are.
    private var furtherOf: [VMID: Range<UInt32>] = [:]

    public init(families: [IPFamily]) { self.families = families }

    public mutating func reserve(vms count: Int) {
        networks.reserveCapacity(count)
        hardwareAddresses.reserveCapacity(count)
        values.reserveCapacity(count)
    }

    /// Interns the addresses of the next VM, of which there is at least one; VMs are numbered in the order of these
    /// calls.
    public mutating func addVM(network: NetworkID, hardware: MACAddress, addresses: [UInt128]) {
        let vm = VMID(networks.count)
        networks.append(network)
        hardwareAddresses.append(hardware)
        values.append(addresses[0])
        if addresses.count == 1 { return }
        let start = UInt32(further.count)
        for value in addresses.dropFirst() { further.append(Further(vm: vm, value: value)) }
        furtherOf[vm] = start..<UInt32(further.count)
    }

    public var vmCount: Int { networks.count }

    @inline(__always)
    public static func hardware(of vm: VMID) -> EndpointID { EndpointID(2 &* vm.index) }
    public static func address(of vm: VMID) -> EndpointID { EndpointID(2 &* vm.index &+ 1) }

    /// The VM whose first endpoints these are, whether or not there is such a VM.
    static func owner(of endpoint: EndpointID) -> VMID { VMID(endpoint.index / 2) }

    /// The VM that owns an endpoint.
    @inline(__always)
    public func vm(of endpoint: EndpointID) -> VMID {
        let index = Int(endpoint.index)
        return index < 2 &* networks.count ? VMID(endpoint.index / 2) : further[index &- 2 &* networks.count].vm
    }

    public func family(of vm: VMID) -> IPFamily { families[Int(networks[Int(vm.index)].index)] }

    /// The IP address that an endpoint stands for; a VM's MAC endpoint stands for its first one.
    public func address(of endpoint: EndpointID) -> IPAddress {
        let vm = vm(of: endpoint)
        let index = Int(endpoint.index) - 2 * networks.count
        return IPAddress(family(of: vm), index < 0 ? values[Int(vm.index)] : further[index].value)
    }

    /// A directory entry for a VM at a place: behind an NVE, at a host (nil = the NVE's own).
    public func record(
        of vm: VMID, at locator: NodeID, port: NodeID? = nil, sequence: UInt32, move: MoveID
    ) -> MappingRecord {
        var record = MappingRecord(
            network: networks[Int(vm.index)], vm: vm, hardware: Self.hardware(of: vm), address: Self.address(of: vm),
            locator: locator, port: port, sequence: sequence, move: move)
        if !furtherOf.isEmpty, let range = furtherOf[vm] {
            record.further = EndpointID(UInt32(2 * networks.count) + range.lowerBound)
            record.furtherCount = UInt32(range.count)
        }
        return record
    }

    public var reservedBytes: Int {
        networks.capacity * MemoryLayout<NetworkID>.stride
            + hardwareAddresses.capacity * MemoryLayout<MACAddress>.stride
            + values.capacity * MemoryLayout<UInt128>.stride + further.capacity * MemoryLayout<Further>.stride
    }
}
