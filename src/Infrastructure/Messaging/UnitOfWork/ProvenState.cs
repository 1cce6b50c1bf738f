using Rollups.Domain;

namespace Rollups.Messaging;

/// <summary>The machine's state after an epoch's last input, with the proofs that a claim needs, each as it is stored.</summary>
/// <param name="MachineHash">Machine root.</param>
/// <param name="OutputsMerkleRoot">Outputs root that the machine declares.</param>
/// <param name="OutputsMerkleProof">59 siblings of 32 bytes, bottom-up: outputs root leaf to machine root.</param>
/// <param name="IflagsYBlock">32 bytes at 0x300 of the machine, which hold iflags.Y.</param>
/// <param name="IflagsYProof">Its 59 siblings.</param>
/// <param name="TohostBlock">32 bytes at 0x320 of the machine, which hold htif.tohost.</param>
/// <param name="TohostProof">Its 59 siblings.</param>
public sealed record ProvenState(
    Hash32 MachineHash,
    Hash32 OutputsMerkleRoot,
    byte[] OutputsMerkleProof,
    Hash32 IflagsYBlock,
    byte[] IflagsYProof,
    Hash32 TohostBlock,
    byte[] TohostProof
);
