using System.Numerics;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Database;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;
using Rollups.Settings;

namespace Rollups.Cli.Read;

/// <summary>One epoch: its row, the times of its saga, its transactions and its proof.</summary>
internal sealed record EpochStory(
    string Application,
    Address Address,
    EpochRow Epoch,
    string? SagaState,
    IReadOnlyList<EpochStage> Stages,
    string? RejectionReason,
    Hash32? SettlementTransactionHash,
    string? TraceId,
    IReadOnlyList<EpochTransaction> Transactions,
    EpochProof? Proof
)
{
    /// <summary>Whether the API told it, which names no state of the saga.</summary>
    [JsonIgnore]
    public bool IsFromApi { get; init; }

    /// <summary>Reads it: seven queries, each of one key or one index.</summary>
    /// <exception cref="OperatorException">There is no such epoch.</exception>
    public static async Task<EpochStory> ReadAsync(
        NodeDatabase database,
        Application application,
        ulong index,
        CancellationToken cancellationToken
    )
    {
        var db = database.Db;
        var stored =
            await StoredEpoch.FindAsync(db, application.Id, index, cancellationToken)
            ?? throw new OperatorException(
                $"The application {application.Name} has no epoch {index}: 'rollups read epochs {application.Name}' lists its epochs."
            );
        var saga = await SagaAsync(db, application.Address, index, cancellationToken);
        return new EpochStory(
            application.Name,
            application.Address,
            EpochRow.Of(stored.Row),
            saga?.CurrentState,
            EpochStage.Of(saga, stored),
            saga?.RejectionReason,
            stored.Row.SettlementTransactionHash,
            stored.TraceId,
            [.. stored.Transactions.Select(EpochTransaction.Of)],
            EpochProof.Of(stored.Row)
        );
    }

    private static async Task<EpochLifecycleState?> SagaAsync(
        RollupsDbContext db,
        Address application,
        ulong index,
        CancellationToken cancellationToken
    )
    {
        // The database belongs to one chain, which it names.
        if (await StoredChainPolicy.ReadAsync(db, cancellationToken) is not var (chain, _))
            return null;
        var id = EpochCorrelation.Id(chain.ChainId, application.ToString(), index);
        return await db.EpochLifecycles.AsNoTracking().SingleOrDefaultAsync(row => row.CorrelationId == id, cancellationToken);
    }
}

/// <summary>A transaction of the epoch.</summary>
/// <param name="Sent">What the node signed, in its newest version.</param>
/// <param name="ReplacedHashes">Hashes of its earlier versions, the first one first.</param>
/// <param name="Mined">What it cost; null if it is not mined, or if neither the node nor L1 could be asked.</param>
internal sealed record EpochTransaction(TransactionRow Sent, IReadOnlyList<Hash32> ReplacedHashes, MinedTransaction? Mined)
{
    /// <summary>The most that gas can cost, in wei.</summary>
    public BigInteger HighestFee => (BigInteger)Sent.GasLimit * Sent.MaxFeePerGas;

    /// <summary>What is stored of it.</summary>
    public static EpochTransaction Of(StoredTransaction stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return new(
            TransactionRow.Of(stored.Sent),
            [.. stored.Replaced.Select(version => version.TransactionHash)],
            stored.Mined is { } mined
                ? new MinedTransaction(
                    mined.TransactionHash,
                    mined.BlockNumber,
                    MinedTransaction.HasSucceeded(stored.Sent.State),
                    mined.GasUsed,
                    (BigInteger)mined.Fee
                )
                : null
        );
    }
}

/// <summary>A receipt.</summary>
/// <param name="TransactionHash">The version that was mined.</param>
/// <param name="BlockNumber">L1 block.</param>
/// <param name="Succeeded">False if it reverted.</param>
/// <param name="GasUsed">Gas units.</param>
/// <param name="Fee">What the account paid for gas, in wei.</param>
internal sealed record MinedTransaction(Hash32 TransactionHash, ulong BlockNumber, bool Succeeded, ulong GasUsed, BigInteger Fee)
{
    /// <summary>Whether a transaction that is mined took effect, by its stored state.</summary>
    public static bool HasSucceeded(TransactionState state) => state is not (TransactionState.Reverted or TransactionState.LostRace);
}
