using Rollups.Domain;

namespace Rollups.Api.Stories;

/// <summary>An epoch's stage, and when it entered each.</summary>
internal sealed record EpochTimes(
    EpochStatus Status,
    DateTimeOffset? Opened,
    DateTimeOffset? Closed,
    DateTimeOffset? InputsProcessed,
    DateTimeOffset? ClaimCalculated,
    DateTimeOffset? ClaimSubmitted,
    DateTimeOffset? ClaimSettled,
    DateTimeOffset? ClaimReverted
)
{
    /// <summary>The times of a stored epoch.</summary>
    public static EpochTimes Of(Epoch epoch) =>
        new(
            epoch.Status,
            epoch.OpenedAt,
            epoch.ClosedAt,
            epoch.InputsProcessedAt,
            epoch.ClaimCalculatedAt,
            epoch.ClaimSubmittedAt,
            epoch.ClaimSettledAt,
            epoch.ClaimRevertedAt
        );

    /// <summary>When the epoch entered its stage. A claim that L1 reverted waits anew from then on.</summary>
    public DateTimeOffset? Since =>
        Status switch
        {
            EpochStatus.Open => Opened,
            EpochStatus.Closed => Closed,
            EpochStatus.InputsProcessed => InputsProcessed,
            EpochStatus.ClaimCalculated => ClaimReverted ?? ClaimCalculated,
            EpochStatus.ClaimSubmitted => ClaimSubmitted,
            _ => ClaimSettled,
        };
}
