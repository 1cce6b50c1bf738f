namespace Rollups.Domain;

/// <summary>Compares the chain's claims for one of our epochs with what we computed. Pure.</summary>
public static class ClaimComparison
{
    private const string Remedy =
        "The node makes no further claim. Find out which side is wrong: compare the machine template and the inputs with "
        + "those of the other claimant, then set the application up anew.";

    // The root of an empty outputs tree: claiming it makes nothing executable.
    private static readonly Hash32 NoOutputs = new OutputsFrontier().Root();

    /// <param name="epoch">The oldest epoch that is CLAIM_CALCULATED or CLAIM_SUBMITTED.</param>
    /// <param name="consensus">Authority or Quorum.</param>
    /// <param name="us">Our account; null in reader mode, where any equal vote counts.</param>
    /// <param name="submitted">ClaimSubmitted logs of the application.</param>
    /// <param name="accepted">ClaimAccepted logs of the application.</param>
    public static ClaimVerdict Compare(
        Epoch epoch,
        ConsensusType consensus,
        Address? us,
        IEnumerable<Claim> submitted,
        IEnumerable<Claim> accepted
    )
    {
        Claim? ours = null,
            foreign = null;
        foreach (var claim in submitted.Where(claim => claim.LastBlock == epoch.LastBlock))
        {
            // A quorum's validators may differ; one of them is us, and only we can vote with our key.
            var counts = consensus == ConsensusType.Authority || us is null || claim.Submitter == us;
            if (claim.OutputsMerkleRoot == epoch.OutputsMerkleRoot)
                ours ??= counts ? claim : null;
            else if (consensus == ConsensusType.Authority || (us is not null && claim.Submitter == us))
                foreign ??= claim;
        }

        foreach (var claim in accepted.Where(claim => claim.LastBlock == epoch.LastBlock))
        {
            return claim.OutputsMerkleRoot == epoch.OutputsMerkleRoot
                ? new ClaimVerdict(ClaimStanding.Accepted, claim, ours, null)
                : new ClaimVerdict(
                    consensus == ConsensusType.Quorum ? ClaimStanding.OutVoted : ClaimStanding.Diverged,
                    claim,
                    ours,
                    Reason(consensus, "acceptance", epoch, claim, "was accepted on L1; its outputs are executable there")
                );
        }

        if (foreign is not null)
            return new ClaimVerdict(
                ClaimStanding.Diverged,
                foreign,
                ours,
                Reason(
                    consensus,
                    "submission",
                    epoch,
                    foreign,
                    $"was submitted by {foreign.Submitter}{(foreign.Submitter == us ? ", which is this node's own account," : "")}"
                )
            );
        return ours is null
            ? new ClaimVerdict(ClaimStanding.Missing, null, null, null)
            : new ClaimVerdict(ClaimStanding.Submitted, ours, ours, null);
    }

    /// <summary>
    /// Judges an accepted claim for a past epoch. Null if it makes nothing executable that we have not computed; otherwise the reason
    /// to stop. The contracts accept a claim for any past epoch, in any order, with or without inputs.
    /// </summary>
    /// <param name="application">The application, for its consensus and epoch length.</param>
    /// <param name="claim">The accepted claim.</param>
    /// <param name="epoch">Our epoch that ends at the claimed block; null if that epoch had no inputs.</param>
    /// <param name="isKnownRoot">Whether the root belongs to one of our epochs.</param>
    public static string? Behind(Application application, Claim claim, Epoch? epoch, bool isKnownRoot)
    {
        if (epoch is not null)
        {
            return claim.OutputsMerkleRoot == epoch.OutputsMerkleRoot
                ? null
                : Reason(
                    application.ConsensusType,
                    "acceptance",
                    epoch,
                    claim,
                    $"was accepted on L1, where this node has {EnumNames.Of(epoch.Status)}"
                );
        }

        return isKnownRoot || claim.OutputsMerkleRoot == NoOutputs
            ? null
            : $"{Bucket(application.ConsensusType, "acceptance")}: for the epoch with the last block {claim.LastBlock} (index "
                + $"{claim.LastBlock / application.EpochLength}), in which the application had no input, "
                + $"{claim.OutputsMerkleRoot} was accepted on L1 in transaction {claim.Log.TransactionHash}. The node has never computed "
                + $"that root, and its outputs are executable. {Remedy}";
    }

    private static string Reason(ConsensusType consensus, string stage, Epoch epoch, Claim claim, string what) =>
        $"{Bucket(consensus, stage)}: for epoch {epoch.Index} (last block {epoch.LastBlock}) the node computed {epoch.OutputsMerkleRoot}, "
        + $"but {claim.OutputsMerkleRoot} {what} in transaction {claim.Log.TransactionHash}. {Remedy}";

    private static string Bucket(ConsensusType consensus, string stage) =>
        $"{(consensus == ConsensusType.Authority ? "authority" : "quorum")}_divergence_at_{stage}";
}
