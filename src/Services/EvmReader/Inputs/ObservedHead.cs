using Rollups.Persistence;

namespace Rollups.EvmReader.Inputs;

/// <summary>
/// The input of a pass: the observed head block, the applications that have begun by then, and their L1 facts at that block.
/// </summary>
/// <param name="Lease">The right to read the chain; every write of the pass is made as the owner of this lease.</param>
/// <param name="Block">Number of the block.</param>
/// <param name="Applications">Applications whose cursors are not ahead of it.</param>
/// <param name="Facts">L1 facts at that block, by application.</param>
internal sealed record ObservedHead(
    ILease Lease,
    ulong Block,
    IReadOnlyList<ObservedApplication> Applications,
    IReadOnlyDictionary<int, ChainFacts> Facts
);
