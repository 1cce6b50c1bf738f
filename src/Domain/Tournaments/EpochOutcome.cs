namespace Rollups.Domain;

/// <summary>The state of an epoch on L1, derived from stored rows. Pure.</summary>
public sealed record EpochOutcome(EpochStanding Standing, string? Reason = null, Hash32? AcceptedOutputsMerkleRoot = null)
{
    private const string Remedy =
        "The node claims no further epoch. Find out which side is wrong: compare the machine template and the inputs with "
        + "those of the other claimants, then set the application up anew.";

    /// <param name="epoch">The oldest epoch that is CLAIM_CALCULATED or CLAIM_SUBMITTED.</param>
    /// <param name="observed">The stored tournaments of the epoch.</param>
    public static EpochOutcome Of(Epoch epoch, ObservedTournaments observed)
    {
        // The contract's settlement is final; how the tournament reached it no longer matters.
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
                    $"prt_tournament_without_winner: the tournament {root.Address} of epoch {epoch.Index} finished at block "
                        + $"{block} without a winner; this node's commitment is {epoch.Commitment}, which "
                        + $"{(ours is null ? "no account joined with" : "was eliminated")}. The contract can never seal an epoch "
                        + $"again: set the application up anew."
                );
            }

            // Another commitment with our final state has the same outputs, so the settlement will match ours.
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
