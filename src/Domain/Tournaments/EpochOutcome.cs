namespace Rollups.Domain;

/// <summary>How an epoch stands on L1, judged by what is stored of it. Pure.</summary>
public sealed record EpochOutcome(EpochStanding Standing, string? Reason = null, Hash32? AcceptedOutputsMerkleRoot = null)
{
    private const string Remedy =
        "No further epoch is claimed. Find out which side is wrong: compare the machine template and the inputs with those of the other "
        + "claimants, then set the application up anew.";

    /// <param name="epoch">The oldest epoch that is CLAIM_CALCULATED or CLAIM_SUBMITTED.</param>
    /// <param name="observed">What is stored of its tournaments.</param>
    public static EpochOutcome Of(Epoch epoch, ObservedTournaments observed)
    {
        // The contract's own word, which is final; how the tournament came to it does not matter any more.
        if (epoch.SettlementTransactionHash is { } settlement)
        {
            return epoch.SettledMachineHash == epoch.MachineHash && epoch.SettledOutputsMerkleRoot == epoch.OutputsMerkleRoot
                ? new EpochOutcome(EpochStanding.Accepted)
                : new EpochOutcome(
                    EpochStanding.Rejected,
                    $"prt_divergence_at_settlement: for epoch {epoch.Index} the node computed the machine state {epoch.MachineHash} and "
                        + $"the outputs root {epoch.OutputsMerkleRoot}, but it was settled with "
                        + $"{epoch.SettledMachineHash} and {epoch.SettledOutputsMerkleRoot} in transaction {settlement}; those outputs are "
                        + $"executable on L1. {Remedy}",
                    epoch.SettledOutputsMerkleRoot
                );
        }

        var ours = observed.Ours(epoch);
        if (observed.Root is { FinishedAtBlock: { } block } root)
        {
            if (root.WinnerCommitment is null)
            {
                return new EpochOutcome(
                    EpochStanding.Rejected,
                    $"prt_tournament_without_winner: the tournament {root.Address} of epoch {epoch.Index} finished at block {block} and "
                        + $"nobody won it; this node's commitment is {epoch.Commitment}, which "
                        + $"{(ours is null ? "nobody joined with" : "was eliminated")}. The contract can never seal an epoch again: set "
                        + $"the application up anew."
                );
            }

            // Another commitment that ends in our state has the same outputs: the settlement will be ours.
            if (root.WinnerCommitment != epoch.Commitment && root.FinalStateHash != epoch.MachineHash)
            {
                return new EpochOutcome(
                    EpochStanding.Rejected,
                    $"prt_tournament_lost: the tournament {root.Address} of epoch {epoch.Index} finished at block {block} with the winner "
                        + $"{root.WinnerCommitment} and its machine state {root.FinalStateHash}; this node's "
                        + $"commitment is {epoch.Commitment} with "
                        + $"{epoch.MachineHash}{(ours is null ? ", which did not join in time" : "; its bond is lost")}. {Remedy}"
                );
            }
        }

        return ours is null ? new EpochOutcome(EpochStanding.Absent) : new EpochOutcome(EpochStanding.Joined);
    }
}
