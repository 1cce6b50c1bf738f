using System.Numerics;
using System.Text.Json;
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
    IReadOnlyList<EpochTransaction> Transactions,
    EpochProof? Proof
)
{
    /// <summary>Whether the API told it, which names no state of the saga.</summary>
    [JsonIgnore]
    public bool IsFromApi { get; init; }

    /// <summary>Reads it: five queries, each of one key or one index.</summary>
    /// <exception cref="OperatorException">There is no such epoch.</exception>
    public static async Task<EpochStory> ReadAsync(
        NodeDatabase database,
        Application application,
        ulong index,
        CancellationToken cancellationToken
    )
    {
        var db = database.Db;
        var epoch =
            await db
                .Epochs.AsNoTracking()
                .SingleOrDefaultAsync(row => row.ApplicationId == application.Id && row.Index == index, cancellationToken)
            ?? throw new OperatorException(
                $"The application {application.Name} has no epoch {index}: 'rollups read epochs {application.Name}' lists its epochs."
            );
        var saga = await SagaAsync(db, application.Address, index, cancellationToken);
        var sent = await db
            .Transactions.AsNoTracking()
            .Where(row => row.ApplicationId == application.Id && row.EpochIndex == index)
            .OrderBy(row => row.Id)
            .ToListAsync(cancellationToken);
        var ids = sent.Select(row => row.Id).ToList();
        var replaced = await db
            .ReplacedTransactions.AsNoTracking()
            .Where(row => ids.Contains(row.TransactionId))
            .OrderBy(row => row.ReplacedAt)
            .ToListAsync(cancellationToken);
        return new EpochStory(
            application.Name,
            application.Address,
            EpochRow.Of(epoch),
            saga?.CurrentState,
            EpochStage.Of(saga, epoch),
            saga?.RejectionReason,
            epoch.SettlementTransactionHash,
            [
                .. sent.Select(row => new EpochTransaction(
                    TransactionRow.Of(row),
                    [.. replaced.Where(version => version.TransactionId == row.Id).Select(version => version.TransactionHash)],
                    null
                )),
            ],
            EpochProof.Of(epoch)
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
        var chain = await db
            .NodeConfigurations.AsNoTracking()
            .Where(row => row.Key == "chain")
            .Select(row => row.Value)
            .SingleOrDefaultAsync(cancellationToken);
        if (chain is null)
            return null;
        using var stored = JsonDocument.Parse(chain);
        var id = EpochCorrelation.Id(stored.RootElement.GetProperty("chainId").GetUInt64(), application.ToString(), index);
        return await db.EpochLifecycles.AsNoTracking().SingleOrDefaultAsync(row => row.CorrelationId == id, cancellationToken);
    }
}

/// <summary>A stage that the epoch has reached.</summary>
/// <param name="Name">Name of the stage.</param>
/// <param name="Time">When it was reached.</param>
/// <param name="After">Time since the stage before; null for the first one.</param>
internal sealed record EpochStage(string Name, DateTimeOffset Time, TimeSpan? After)
{
    /// <summary>The stages by the saga; by the epoch's row if there is no saga yet.</summary>
    public static IReadOnlyList<EpochStage> Of(EpochLifecycleState? saga, Epoch epoch)
    {
        (string Name, DateTimeOffset? Time)[] times = saga is null
            ?
            [
                ("opened", epoch.OpenedAt),
                ("closed", epoch.ClosedAt),
                ("inputs processed", epoch.InputsProcessedAt),
                ("claim calculated", epoch.ClaimCalculatedAt),
                ("claim reverted by L1", epoch.ClaimRevertedAt),
                ("claim submitted", epoch.ClaimSubmittedAt),
                (epoch.Status == EpochStatus.ClaimRejected ? "claim rejected" : "claim accepted", epoch.ClaimSettledAt),
            ]
            :
            [
                ("opened", saga.OpenedAt),
                ("closed", saga.ClosedAt),
                ("inputs processed", saga.InputsProcessedAt),
                ("claim calculated", saga.ClaimCalculatedAt),
                ("claim reverted by L1", saga.ClaimRevertedAt),
                ("claim submitted", saga.ClaimSubmittedAt),
                ("claim accepted", saga.AcceptedAt),
                ("claim rejected", saga.RejectedAt),
            ];
        var stages = new List<EpochStage>();
        foreach (var (name, time) in times)
        {
            if (time is { } reached)
                stages.Add(new(name, reached, stages.Count == 0 ? null : reached - stages[^1].Time));
        }
        return stages;
    }
}

/// <summary>A transaction of the epoch.</summary>
/// <param name="Sent">What the node signed, in its newest version.</param>
/// <param name="ReplacedHashes">Hashes of its earlier versions, the first one first.</param>
/// <param name="Mined">What L1 reports; null if it is not mined, or if L1 was not asked.</param>
internal sealed record EpochTransaction(TransactionRow Sent, IReadOnlyList<Hash32> ReplacedHashes, MinedTransaction? Mined)
{
    /// <summary>The most that gas can cost, in wei.</summary>
    public BigInteger HighestFee => (BigInteger)Sent.GasLimit * Sent.MaxFeePerGas;
}

/// <summary>A receipt.</summary>
/// <param name="TransactionHash">The version that was mined.</param>
/// <param name="BlockNumber">L1 block.</param>
/// <param name="Succeeded">False if it reverted.</param>
/// <param name="GasUsed">Gas units.</param>
/// <param name="Fee">What the account paid for gas, in wei.</param>
internal sealed record MinedTransaction(Hash32 TransactionHash, ulong BlockNumber, bool Succeeded, ulong GasUsed, BigInteger Fee);
