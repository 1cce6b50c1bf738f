using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Claimer;

/// <summary>What the chain says about an epoch of ours, compared with what we computed. Pure.</summary>
internal static class ClaimComparison
{
    /// <param name="epoch">The oldest epoch that is CLAIM_CALCULATED or CLAIM_SUBMITTED.</param>
    /// <param name="consensus">Authority or Quorum.</param>
    /// <param name="us">Our account; null in reader mode, where any equal vote counts.</param>
    /// <param name="submitted">ClaimSubmitted logs of the application.</param>
    /// <param name="accepted">ClaimAccepted logs of the application.</param>
    public static ClaimVerdict Compare(Epoch epoch, ConsensusType consensus, Address? us, IEnumerable<Claim> submitted, IEnumerable<Claim> accepted)
    {
        var bucket = consensus == ConsensusType.Authority ? "authority" : "quorum";
        foreach (var claim in accepted.Where(claim => claim.LastBlock == epoch.LastBlock))
        {
            return claim.OutputsMerkleRoot == epoch.OutputsMerkleRoot
                ? new ClaimVerdict(ClaimStanding.Accepted, claim, null)
                : new ClaimVerdict(
                    consensus == ConsensusType.Quorum ? ClaimStanding.OutVoted : ClaimStanding.Diverged, claim,
                    Reason($"{bucket}_divergence_at_acceptance", epoch, claim, "was accepted on L1; its outputs are executable there"));
        }

        Claim? ours = null;
        foreach (var claim in submitted.Where(claim => claim.LastBlock == epoch.LastBlock))
        {
            var isEqual = claim.OutputsMerkleRoot == epoch.OutputsMerkleRoot;
            var isByUs = us is null || claim.Submitter == us;
            if (!isEqual && (consensus == ConsensusType.Authority || (us is not null && isByUs)))
                return new ClaimVerdict(ClaimStanding.Diverged, claim, Reason($"{bucket}_divergence_at_submission", epoch, claim, $"was submitted by {claim.Submitter}"));
            if (isEqual && (consensus == ConsensusType.Authority || isByUs))
                ours ??= claim;
        }

        return ours is null ? new ClaimVerdict(ClaimStanding.Missing, null, null) : new ClaimVerdict(ClaimStanding.Submitted, ours, null);
    }

    private static string Reason(string bucket, Epoch epoch, Claim claim, string what) =>
        $"{bucket}: for epoch {epoch.Index} (last block {epoch.LastBlock}) the node computed {epoch.OutputsMerkleRoot}, but {claim.OutputsMerkleRoot} {what} in transaction {claim.Log.TransactionHash}. "
        + "No further claim is made. Find out which side is wrong: compare the machine template and the inputs with those of the other claimant, then set the application up anew.";
}

/// <summary>How far the chain is with an epoch's claim.</summary>
internal enum ClaimStanding
{
    /// <summary>Nothing of ours is there.</summary>
    Missing,

    /// <summary>Our claim is there, not accepted yet.</summary>
    Submitted,

    /// <summary>Our claim is accepted.</summary>
    Accepted,

    /// <summary>A quorum accepted another claim.</summary>
    OutVoted,

    /// <summary>Somebody who must not claims something else.</summary>
    Diverged,
}

/// <summary>A comparison's outcome.</summary>
/// <param name="Standing">How far.</param>
/// <param name="Claim">The claim that decided; null while missing.</param>
/// <param name="Reason">For the operator, where the application must stop.</param>
internal sealed record ClaimVerdict(ClaimStanding Standing, Claim? Claim, string? Reason);
