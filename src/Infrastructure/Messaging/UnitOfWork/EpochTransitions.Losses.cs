using Rollups.Contracts;
using Rollups.Domain;

namespace Rollups.Messaging;

/// <summary>A claim that L1 reverts, and one that it rejects: transitions of Claimer and Prt.</summary>
public sealed partial class EpochTransitions
{
    /// <summary>
    /// CLAIM_SUBMITTED or CLAIM_ACCEPTED back to CLAIM_CALCULATED, in a new round, and <c>epoch.claim_reverted</c>: L1 has replaced the
    /// block of the claim or of its acceptance. Writes the time, and clears what was read about the claim on L1. Keeps a settlement whose
    /// block is still on L1; it stays provisional.
    /// </summary>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="epoch">The epoch, as loaded.</param>
    /// <param name="gone">The lowest of the epoch's blocks that L1 has replaced.</param>
    /// <param name="at">Time of the transition.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>False when the epoch is in another status or round than it was when loaded, or is final.</returns>
    public async Task<bool> RevertClaimAsync(
        Application application,
        Epoch epoch,
        ReadBlock gone,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        if (epoch.Status is not (EpochStatus.ClaimSubmitted or EpochStatus.ClaimAccepted))
            return false;
        var round = epoch.ClaimRound + 1;
        return await MoveAsync(
            StillIn(epoch.Status, epoch).Where(row => row.IsProvisional),
            Step.Of(application, epoch, EpochStatus.ClaimCalculated, round),
            new EpochClaimReverted
            {
                ChainId = _chainId,
                Application = application.Address.ToString(),
                ApplicationName = application.Name,
                EpochIndex = epoch.Index,
                OutputsMerkleRoot = epoch.OutputsMerkleRoot!.Value.ToString(),
                Stage = epoch.Status == EpochStatus.ClaimAccepted ? "accepted" : "submitted",
                BlockNumber = gone.Number,
                BlockHash = gone.Hash.ToString(),
                Round = round,
                OccurredAt = at,
            },
            (set, time) =>
                set.SetProperty(row => row.ClaimRound, round)
                    .SetProperty(row => row.ClaimRevertedAt, time)
                    .SetProperty(row => row.ClaimTransactionHash, (Hash32?)null)
                    .SetProperty(row => row.ClaimBlockNumber, (ulong?)null)
                    .SetProperty(row => row.ClaimBlockHash, (Hash32?)null)
                    .SetProperty(row => row.ClaimSubmittedAt, (DateTimeOffset?)null)
                    .SetProperty(row => row.AcceptanceTransactionHash, (Hash32?)null)
                    .SetProperty(row => row.AcceptanceBlockNumber, (ulong?)null)
                    .SetProperty(row => row.AcceptanceBlockHash, (Hash32?)null)
                    .SetProperty(row => row.ClaimSettledAt, (DateTimeOffset?)null)
                    .SetProperty(row => row.IsProvisional, row => row.SettlementBlockNumber != null),
            cancellationToken
        );
    }

    /// <summary>
    /// CLAIM_CALCULATED or CLAIM_SUBMITTED to CLAIM_REJECTED, and <c>epoch.claim_rejected</c>; then the application stops, with
    /// <c>app.inoperable</c>. Writes the time. The node watches no block of the epoch any more.
    /// </summary>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="epoch">The epoch, as loaded.</param>
    /// <param name="accepted">The outputs root that L1 accepted; null if it accepted none, or names none.</param>
    /// <param name="kind">DIVERGED, or L1_STUCK if L1 can accept nothing any more.</param>
    /// <param name="reason">Category, both values, and what the operator can do.</param>
    /// <param name="at">Time of the transition.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    /// <returns>
    /// False when the epoch has another status, round or settlement than when it was loaded: L1 may have replaced the block that shows the
    /// rejection, so the application does not stop either. True also where it had stopped before; its first reason then stays.
    /// </returns>
    public async Task<bool> RejectClaimAsync(
        Application application,
        Epoch epoch,
        Hash32? accepted,
        InoperableKind kind,
        string reason,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        var rejected = await MoveAsync(
            StillAsJudged(epoch),
            Step.Of(application, epoch, EpochStatus.ClaimRejected),
            new EpochClaimRejected
            {
                ChainId = _chainId,
                Application = application.Address.ToString(),
                ApplicationName = application.Name,
                EpochIndex = epoch.Index,
                OutputsMerkleRoot = epoch.OutputsMerkleRoot!.Value.ToString(),
                AcceptedOutputsMerkleRoot = accepted?.ToString(),
                Reason = reason,
                Round = epoch.ClaimRound,
                OccurredAt = at,
            },
            (set, time) => set.SetProperty(row => row.ClaimSettledAt, time).SetProperty(row => row.IsProvisional, false),
            cancellationToken
        );
        if (rejected)
            await HaltAsync(application, kind, reason, at, cancellationToken);
        return rejected;
    }
}
