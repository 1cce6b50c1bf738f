using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.EvmReader.Head;

/// <summary>The L1 block at which a pass reads everything.</summary>
/// <param name="Lease">The right to read the chain. Every transaction of the pass is fenced by its term.</param>
/// <param name="Header">The newest block that counts, with the hash that pins every query of the pass.</param>
internal sealed record ObservedHead(ILease Lease, BlockHeader Header)
{
    /// <summary>Number of the block.</summary>
    public ulong Block => Header.Number;
}
