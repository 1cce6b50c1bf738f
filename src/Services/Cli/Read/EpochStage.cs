using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Cli.Read;

/// <summary>A stage that the epoch has reached.</summary>
/// <param name="Name">Name of the stage.</param>
/// <param name="Time">When it was reached.</param>
/// <param name="After">Time since the stage before; null for the first one.</param>
/// <param name="Cause">What caused it; null for stages that an earlier version of the node stored.</param>
internal sealed record EpochStage(string Name, DateTimeOffset Time, TimeSpan? After, StageCause? Cause)
{
    /// <summary>Name of the stage in which L1 takes the claim back.</summary>
    public const string Reverted = "claim reverted by L1";

    /// <summary>The stages by the saga; by the epoch's row if there is no saga yet.</summary>
    public static IReadOnlyList<EpochStage> Of(EpochLifecycleState? saga, StoredEpoch stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var epoch = stored.Row;
        var causes = stored.Causes;
        (string Name, DateTimeOffset? Time, EpochStep? Cause)[] times =
        [
            (NameOf(EpochStatus.Open), saga is null ? epoch.OpenedAt : saga.OpenedAt, CauseOf(EpochStatus.Open)),
            (NameOf(EpochStatus.Closed), saga is null ? epoch.ClosedAt : saga.ClosedAt, CauseOf(EpochStatus.Closed)),
            (
                NameOf(EpochStatus.InputsProcessed),
                saga is null ? epoch.InputsProcessedAt : saga.InputsProcessedAt,
                CauseOf(EpochStatus.InputsProcessed)
            ),
            (
                NameOf(EpochStatus.ClaimCalculated),
                saga is null ? epoch.ClaimCalculatedAt : saga.ClaimCalculatedAt,
                CauseOf(EpochStatus.ClaimCalculated)
            ),
            (Reverted, saga is null ? epoch.ClaimRevertedAt : saga.ClaimRevertedAt, stored.Reverted),
            (
                NameOf(EpochStatus.ClaimSubmitted),
                saga is null ? epoch.ClaimSubmittedAt : saga.ClaimSubmittedAt,
                CauseOf(EpochStatus.ClaimSubmitted)
            ),
            (
                NameOf(EpochStatus.ClaimAccepted),
                SettledAs(EpochStatus.ClaimAccepted, saga?.AcceptedAt),
                CauseOf(EpochStatus.ClaimAccepted)
            ),
            (
                NameOf(EpochStatus.ClaimRejected),
                SettledAs(EpochStatus.ClaimRejected, saga?.RejectedAt),
                CauseOf(EpochStatus.ClaimRejected)
            ),
        ];
        var stages = new List<EpochStage>();
        foreach (var (name, time, cause) in times)
        {
            if (time is { } reached)
                stages.Add(new(name, reached, stages.Count == 0 ? null : reached - stages[^1].Time, StageCause.Of(cause)));
        }
        return stages;

        EpochStep? CauseOf(EpochStatus status) => causes.GetValueOrDefault(status);

        // The row has one time for both ends.
        DateTimeOffset? SettledAs(EpochStatus end, DateTimeOffset? bySaga) =>
            saga is not null ? bySaga
            : (epoch.Status == EpochStatus.ClaimRejected) == (end == EpochStatus.ClaimRejected) ? epoch.ClaimSettledAt
            : null;
    }

    /// <summary>Name of the stage that a status is.</summary>
    public static string NameOf(EpochStatus status) =>
        status == EpochStatus.Open ? "opened" : EnumNames.Of(status).Replace('_', ' ').ToLowerInvariant();
}
