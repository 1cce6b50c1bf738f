using Rollups.Domain;

namespace Rollups.Messaging;

/// <summary>A fact recorded from L1: its transaction, block number and block hash.</summary>
/// <param name="Transaction">The transaction.</param>
/// <param name="BlockNumber">Its block.</param>
/// <param name="BlockHash">Hash of that block.</param>
/// <param name="IsProvisional">Whether that block can still be replaced.</param>
public readonly record struct L1Fact(Hash32 Transaction, ulong BlockNumber, Hash32 BlockHash, bool IsProvisional)
{
    /// <summary>The fact that a log records.</summary>
    /// <param name="log">The log.</param>
    /// <param name="isProvisional">Whether its block can still be replaced.</param>
    public static L1Fact Of(LogEntry log, bool isProvisional) => new(log.TransactionHash, log.BlockNumber, log.BlockHash, isProvisional);
}
