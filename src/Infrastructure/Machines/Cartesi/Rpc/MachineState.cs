using Rollups.Domain;

namespace Rollups.Machines.Cartesi.Rpc;

/// <summary>What the node remembers of a machine that waits for its next request.</summary>
/// <param name="Root">Its root hash.</param>
/// <param name="OutputsRoot">Root of the outputs tree that it has declared.</param>
/// <param name="Mcycle">Its cycle counter.</param>
internal sealed record MachineState(Hash32 Root, Hash32 OutputsRoot, ulong Mcycle);
