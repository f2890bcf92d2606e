import Fabric
import Guest
import Kernel
import Observe
import Overlay

/// What a world's tables take, by what they grow with.
struct WorldMemory {
    /// Links and NVEs without their caches.
    var hostBytes = 0
    /// Places, addresses, directory, sources, and the accounts of their flows.
    var vmBytes = 0
    /// Mapping and neighbour entries of all NVEs.
    var mappings = 0
    var mappingBytes = 0
}

extension World {
    var memory: WorldMemory {
        var memory = WorldMemory()
        memory.hostBytes = fabric.reservedBytes + nves.capacity * MemoryLayout<NVE>.stride
        memory.vmBytes =
            places.capacity * MemoryLayout<VMPlace>.stride + endpoints.reservedBytes
            + nva.directory.capacity * MemoryLayout<MappingRecord>.stride
        for nve in nves {
            memory.mappings += nve.mappings.count
            memory.mappingBytes += nve.mappings.reservedBytes + nve.neighbours.reservedBytes
        }
        return memory
    }
}
