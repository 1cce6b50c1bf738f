using System.Buffers.Binary;
using Rollups.Domain;

namespace Rollups.Machines;

/// <summary>Location of an accepted state's evidence in the machine's memory, and its check.</summary>
public static class StateProofs
{
    /// <summary>Leaf of the block at 0x300; iflags.Y is at 0x308, bytes 8 to 15 of it, little-endian.</summary>
    public const ulong IflagsYIndex = 0x300 >> 5;

    /// <summary>Leaf of the block at 0x320; htif.tohost is at 0x330, bytes 16 to 23 of it, little-endian.</summary>
    public const ulong TohostIndex = 0x320 >> 5;

    /// <summary>Leaf of the start of the TX buffer at 0x60800000: the outputs root.</summary>
    public const ulong OutputsRootIndex = 0x60800000 >> 5;

    // Device 2 (yield), command 1 (manual), reason 1 (rx-accepted): the upper four bytes of tohost.
    private const uint AcceptedYield = 0x02010001;

    /// <summary>The fault of a proof, or null if it proves an accepted state.</summary>
    public static string? Fault(StateProof proof)
    {
        if (
            proof.OutputsMerkleProof.Count != MemoryMerkleTree.Height
            || proof.IflagsYProof.Count != MemoryMerkleTree.Height
            || proof.TohostProof.Count != MemoryMerkleTree.Height
        )
            return $"a proof does not have {MemoryMerkleTree.Height} siblings";
        if (MemoryMerkleTree.Fold(OutputsRootIndex, proof.OutputsMerkleRoot, proof.OutputsMerkleProof) != proof.MachineHash)
            return "the outputs root is not in the machine's state";
        if (MemoryMerkleTree.Fold(IflagsYIndex, proof.IflagsYBlock, proof.IflagsYProof) != proof.MachineHash)
            return "iflags.Y is not in the machine's state";
        if (MemoryMerkleTree.Fold(TohostIndex, proof.TohostBlock, proof.TohostProof) != proof.MachineHash)
            return "htif.tohost is not in the machine's state";
        if (BinaryPrimitives.ReadUInt64LittleEndian(proof.IflagsYBlock.ToByteArray().AsSpan(8)) == 0)
            return "the machine is not waiting at a yield";
        return BinaryPrimitives.ReadUInt64LittleEndian(proof.TohostBlock.ToByteArray().AsSpan(16)) >> 32 == AcceptedYield
            ? null
            : "the machine did not accept its last input";
    }
}
