using System.Globalization;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Lifecycle;

/// <summary>A saga as the answers to queries have it, and for one epoch with what is stored of its way.</summary>
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

    public static EpochLifecycle Of(EpochLifecycleState epoch, StoredEpoch? stored) =>
        stored is null
            ? Of(epoch)
            : Of(epoch) with
            {
                TraceId = stored.TraceId,
                Stages = [.. StagesOf(stored)],
                Transactions = [.. stored.Transactions.Select(Describe)],
            };

    private static IEnumerable<EpochLifecycleStage> StagesOf(StoredEpoch stored)
    {
        foreach (var (status, at) in stored.Stages)
        {
            yield return Describe(EnumNames.Of(status), at, stored.Causes.GetValueOrDefault(status));
            if (status == EpochStatus.ClaimCalculated && stored.Row.ClaimRevertedAt is { } reverted)
                yield return Describe("CLAIM_REVERTED", reverted, stored.Reverted);
        }
    }

    private static EpochLifecycleStage Describe(string stage, DateTimeOffset at, EpochStep? step) =>
        new()
        {
            Stage = stage,
            At = at,
            Cause = step is null ? null : EnumNames.Of(step.Cause),
            CausedByMessageId = step?.CauseMessageId,
            MessageId = step?.MessageId,
            TraceParent = step?.TraceParent,
        };

    private static EpochLifecycleTransaction Describe(StoredTransaction stored)
    {
        var (sent, mined) = (stored.Sent, stored.Mined);
        return new()
        {
            Kind = EnumNames.Of(sent.Kind),
            Outcome = EnumNames.Of(sent.State),
            Hash = (mined?.TransactionHash ?? sent.TransactionHash).ToString(),
            Nonce = sent.Nonce,
            GasLimit = sent.GasLimit,
            MaxFee = ((decimal)sent.GasLimit * sent.MaxFeePerGas).ToString(CultureInfo.InvariantCulture),
            BlockNumber = mined?.BlockNumber,
            GasUsed = mined?.GasUsed,
            Fee = mined?.Fee.ToString(CultureInfo.InvariantCulture),
        };
    }
}
