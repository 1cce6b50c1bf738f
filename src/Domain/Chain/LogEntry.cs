namespace Rollups.Domain;

/// <summary>An event log.</summary>
/// <param name="Address">Emitting contract.</param>
/// <param name="Topics">Topic 0 is the event's signature.</param>
/// <param name="Data">ABI-encoded fields that are not indexed.</param>
/// <param name="BlockNumber">Block of the transaction.</param>
/// <param name="BlockHash">Its hash.</param>
/// <param name="TransactionHash">Transaction that emitted it.</param>
/// <param name="LogIndex">Position in the block.</param>
public sealed record LogEntry(
    Address Address,
    IReadOnlyList<Hash32> Topics,
    byte[] Data,
    ulong BlockNumber,
    Hash32 BlockHash,
    Hash32 TransactionHash,
    ulong LogIndex
);
