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
