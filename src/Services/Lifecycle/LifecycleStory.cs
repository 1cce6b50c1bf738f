using Rollups.Contracts;
using Rollups.Persistence;

namespace Rollups.Lifecycle;

/// <summary>A saga as the answers to queries have it.</summary>
internal static class LifecycleStory
{
    public static EpochLifecycle Of(EpochLifecycleState epoch) =>
        new()
        {
            ChainId = epoch.ChainId,
            Application = epoch.Application.ToString(),
            ApplicationName = epoch.ApplicationName,
            EpochIndex = epoch.EpochIndex,
            State = epoch.CurrentState,
            OpenedAt = epoch.OpenedAt,
            ClosedAt = epoch.ClosedAt,
            InputsProcessedAt = epoch.InputsProcessedAt,
            ClaimCalculatedAt = epoch.ClaimCalculatedAt,
            ClaimSubmittedAt = epoch.ClaimSubmittedAt,
            AcceptedAt = epoch.AcceptedAt,
            RejectedAt = epoch.RejectedAt,
            OutputsMerkleRoot = epoch.OutputsMerkleRoot?.ToString(),
            ClaimTransactionHash = epoch.ClaimTransactionHash?.ToString(),
            TimesReverted = epoch.ClaimRound,
            RevertedAt = epoch.ClaimRevertedAt,
            RejectionReason = epoch.RejectionReason,
        };
}
