using Rollups.Domain;
using Rollups.Machines.Cartesi.Rpc;

namespace Rollups.Machines.Cartesi;

/// <summary>The evidence of an accepted state, read from the machine and checked before it is stored.</summary>
internal static class CartesiProof
{
    /// <exception cref="MachineException">The machine's own proofs do not hold.</exception>
    public static async Task<StateProof> ReadAsync(MachineServer server, Hash32 root, CancellationToken cancellationToken)
    {
        var outputs = await ReadAsync(server, root, StateProofs.OutputsRootIndex, cancellationToken);
        var iflags = await ReadAsync(server, root, StateProofs.IflagsYIndex, cancellationToken);
        var tohost = await ReadAsync(server, root, StateProofs.TohostIndex, cancellationToken);
        var proof = new StateProof(root, outputs.Block, outputs.Siblings, iflags.Block, iflags.Siblings, tohost.Block, tohost.Siblings);
        return StateProofs.Fault(proof) is { } fault ? throw new MachineException($"Its state cannot be proven: {fault}.") : proof;
    }

    private static async Task<(Hash32 Block, Hash32[] Siblings)> ReadAsync(
        MachineServer server,
        Hash32 root,
        ulong leaf,
        CancellationToken cancellationToken
    )
    {
        var (proven, block, siblings) = await server.ProveAsync(leaf << 5, cancellationToken);
        return proven == root
            ? (block, siblings)
            : throw new MachineException($"Its state cannot be proven: it is {proven} and not {root}.");
    }
}
