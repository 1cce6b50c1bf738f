using Rollups.Persistence;

namespace Rollups.EvmReader.Inputs;

/// <summary>
/// What a pass works with: the newest block that counts, the applications that have begun by then, and what L1 says about them there.
/// </summary>
/// <param name="Lease">The right to read the chain; whatever the pass writes is written as its owner.</param>
/// <param name="Block">Number of the block.</param>
/// <param name="Applications">Applications whose cursors are not ahead of it.</param>
/// <param name="Facts">L1 at that block, by application.</param>
internal sealed record ObservedHead(
    ILease Lease,
    ulong Block,
    IReadOnlyList<ObservedApplication> Applications,
    IReadOnlyDictionary<int, ChainFacts> Facts
);
