using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>
/// What is stored of an epoch's way: its row, what caused each stage, and the node's transactions. The query API, the Lifecycle service's
/// answers and the command line all read it here, so they agree.
/// </summary>
/// <param name="Row">The epoch.</param>
/// <param name="Causes">
/// By stage. The stages before the claim have the cause of the first round, those of the claim the cause of the last one. A stage that an
/// earlier version of the node stored has none.
/// </param>
/// <param name="Reverted">What caused the last revert of its claim; null if L1 reverted none.</param>
/// <param name="Transactions">The transactions that the node sent for it, the oldest first.</param>
public sealed record StoredEpoch(
    Epoch Row,
    IReadOnlyDictionary<EpochStatus, EpochStep> Causes,
    EpochStep? Reverted,
    IReadOnlyList<StoredTransaction> Transactions
)
{
    /// <summary>Id of the trace that has everything the node did for it, 32 hex digits; null if nothing collected traces.</summary>
    public string? TraceId => ActivityContext.TryParse(Row.TraceParent, null, out var context) ? context.TraceId.ToString() : null;

    /// <summary>The stages that the epoch has reached, in order, without the revert of a claim.</summary>
    public IReadOnlyList<(EpochStatus Status, DateTimeOffset At)> Stages
    {
        get
        {
            (EpochStatus Status, DateTimeOffset? At)[] all =
            [
                (EpochStatus.Open, Row.OpenedAt),
                (EpochStatus.Closed, Row.ClosedAt),
                (EpochStatus.InputsProcessed, Row.InputsProcessedAt),
                (EpochStatus.ClaimCalculated, Row.ClaimCalculatedAt),
                (EpochStatus.ClaimSubmitted, Row.ClaimSubmittedAt),
                (Row.Status == EpochStatus.ClaimRejected ? EpochStatus.ClaimRejected : EpochStatus.ClaimAccepted, Row.ClaimSettledAt),
            ];
            return [.. all.Where(stage => stage.At is not null).Select(stage => (stage.Status, stage.At!.Value))];
        }
    }

    /// <summary>Reads it: five queries, each of one key or one index. Null if there is no such epoch.</summary>
    public static async Task<StoredEpoch?> FindAsync(
        RollupsDbContext db,
        int applicationId,
        ulong index,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(db);
        var row = await db
            .Epochs.AsNoTracking()
            .SingleOrDefaultAsync(epoch => epoch.ApplicationId == applicationId && epoch.Index == index, cancellationToken);
        if (row is null)
            return null;
        var steps = await db
            .EpochSteps.AsNoTracking()
            .Where(step =>
                step.ApplicationId == applicationId && step.EpochIndex == index && (step.Round == 0 || step.Round == row.ClaimRound)
            )
            .ToListAsync(cancellationToken);
        return new StoredEpoch(
            row,
            steps
                .Where(step => step.Round == (step.Status <= EpochStatus.ClaimCalculated ? 0 : row.ClaimRound))
                .ToDictionary(step => step.Status),
            // A revert puts the epoch back to the calculated claim, in a round of its own.
            row.ClaimRound == 0
                ? null
                : steps.Find(step => step.Round > 0 && step.Status == EpochStatus.ClaimCalculated),
            await StoredTransaction.OfEpochAsync(db, applicationId, index, cancellationToken)
        );
    }
}
