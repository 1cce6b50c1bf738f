using Rollups.Domain;

namespace Rollups.Cli.App;

/// <summary>The stage of an epoch.</summary>
/// <param name="Index">Index of the epoch.</param>
/// <param name="Status">Its stage.</param>
/// <param name="Inputs">Its inputs so far.</param>
/// <param name="Since">When it reached the stage; null if the API does not tell.</param>
/// <param name="SecondsInStage">How long ago that was, in seconds.</param>
internal sealed record EpochStage(ulong Index, EpochStatus Status, ulong Inputs, DateTimeOffset? Since, double? SecondsInStage)
{
    public static EpochStage Of(Epoch epoch, DateTimeOffset now)
    {
        var since =
            epoch.Status switch
            {
                EpochStatus.Open => epoch.OpenedAt,
                EpochStatus.Closed => epoch.ClosedAt,
                EpochStatus.InputsProcessed => epoch.InputsProcessedAt,
                EpochStatus.ClaimCalculated => epoch.ClaimRevertedAt ?? epoch.ClaimCalculatedAt,
                EpochStatus.ClaimSubmitted => epoch.ClaimSubmittedAt,
                _ => epoch.ClaimSettledAt,
            } ?? epoch.UpdatedAt;
        return new EpochStage(
            epoch.Index,
            epoch.Status,
            epoch.InputIndexUpperBound - epoch.InputIndexLowerBound,
            since,
            Math.Round(Math.Max(0, (now - since).TotalSeconds), 1)
        );
    }
}
