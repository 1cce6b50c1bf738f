using Rollups.Domain;

namespace Rollups.Machines;

/// <summary>
/// Proof of an accepted machine state: leaf i is at memory address index * 32, its hash is keccak256 of its 32 bytes, and each of the
/// three, folded with its 59 siblings (bottom-up), yields the machine root.
/// </summary>
/// <param name="MachineHash">Root of the 2^64-byte state.</param>
/// <param name="OutputsMerkleRoot">The 32 bytes at the start of the TX buffer (0x60800000).</param>
/// <param name="OutputsMerkleProof">Its 59 siblings.</param>
/// <param name="IflagsYBlock">The 32 bytes at 0x300, which hold iflags.Y.</param>
/// <param name="IflagsYProof">Its 59 siblings.</param>
/// <param name="TohostBlock">The 32 bytes at 0x320, which hold htif.tohost.</param>
/// <param name="TohostProof">Its 59 siblings.</param>
public sealed record StateProof(
    Hash32 MachineHash,
    Hash32 OutputsMerkleRoot,
    IReadOnlyList<Hash32> OutputsMerkleProof,
    Hash32 IflagsYBlock,
    IReadOnlyList<Hash32> IflagsYProof,
    Hash32 TohostBlock,
    IReadOnlyList<Hash32> TohostProof
);
