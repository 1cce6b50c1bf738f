using Microsoft.EntityFrameworkCore;
using Rollups.Api.Rpc;
using Rollups.Persistence;

namespace Rollups.Api.Stories;

/// <summary>Puts an epoch's story together from what is stored of it and its saga's reason.</summary>
internal static class EpochStoryBuilder
{
    /// <summary>The story; null if there is no such epoch.</summary>
    /// <exception cref="UnknownApplicationException">The node does not know the application.</exception>
    public static async Task<EpochStory?> RunAsync(
        RollupsDbContext db,
        ulong chainId,
        ApplicationKey key,
        ulong index,
        CancellationToken cancellationToken
    )
    {
        var id = await ListEpochs.IdAsync(db, key, cancellationToken);
        var application = await db
            .Applications.AsNoTracking()
            .Where(app => app.Id == id)
            .Select(app => new { app.Address, app.Name })
            .SingleAsync(cancellationToken);
        if (await StoredEpoch.FindAsync(db, id, index, cancellationToken) is not { } stored)
            return null;
        var row = stored.Row;
        var reason = await db
            .EpochLifecycles.Where(saga => saga.ChainId == chainId && saga.Application == application.Address && saga.EpochIndex == index)
            .Select(saga => saga.RejectionReason)
            .SingleOrDefaultAsync(cancellationToken);
        return new EpochStory
        {
            Application = application.Address,
            ApplicationName = application.Name,
            Index = row.Index,
            State = row.Status,
            Since = EpochTimes.Of(row).Since,
            FirstBlock = row.FirstBlock,
            LastBlock = row.LastBlock,
            FirstInput = row.InputIndexLowerBound,
            EndInput = row.InputIndexUpperBound,
            OutputsMerkleRoot = row.OutputsMerkleRoot,
            Commitment = row.Commitment,
            TournamentAddress = row.TournamentAddress,
            ClaimTransactionHash = row.ClaimTransactionHash,
            AcceptanceTransactionHash = row.AcceptanceTransactionHash ?? row.SettlementTransactionHash,
            IsProvisional = row.IsProvisional,
            TimesReverted = row.ClaimRound,
            RevertedAt = row.ClaimRevertedAt,
            RevertCause = EpochCause.Of(stored.Reverted),
            RejectionReason = reason,
            TraceId = stored.TraceId,
            Stages = StagesOf(stored),
            Transactions = [.. stored.Transactions.Select(EpochTransaction.Of)],
        };
    }

    private static List<EpochStage> StagesOf(StoredEpoch stored)
    {
        var stages = new List<EpochStage>();
        DateTimeOffset? before = null;
        foreach (var (state, at) in stored.Stages)
        {
            var seconds = at - before;
            stages.Add(
                new EpochStage
                {
                    State = state,
                    At = at,
                    SecondsAfterPrevious = seconds is { } time ? Math.Round(time.TotalSeconds, 6) : null,
                    Cause = EpochCause.Of(stored.Causes.GetValueOrDefault(state)),
                }
            );
            before = at;
        }

        return stages;
    }
}
