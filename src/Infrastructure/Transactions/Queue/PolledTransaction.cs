using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>State of the epoch's transaction.</summary>
/// <param name="Standing">Where it is.</param>
/// <param name="Transaction">The transaction; null if there is none.</param>
/// <param name="Receipt">The receipt of whichever version succeeded; null otherwise.</param>
/// <param name="Reverted">How many of its kind and epoch were mined and reverted.</param>
public sealed record PolledTransaction(
    TransactionStanding Standing,
    L1Transaction? Transaction = null,
    TransactionReceipt? Receipt = null,
    int Reverted = 0
);
