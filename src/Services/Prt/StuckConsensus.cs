using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Prt;

/// <summary>
/// Detects a DaveConsensus whose tournament has a winner but whose settlement fails on an assertion: the bond was already paid out, and
/// the settlement insists on paying it. No transaction can change that (Dave 2.1.1).
/// </summary>
internal sealed class StuckConsensus(IEthereumClient client, RecordOutcomes record)
{
    /// <summary>
    /// Rejects the epoch and stops the application if that holds as of the block at the configured tag; true if it did.
    /// </summary>
    public async Task<bool> JudgeAsync(Application application, Epoch epoch, ulong top, CancellationToken cancellationToken)
    {
        var consensus = application.ConsensusAddress;
        var settle = DaveConsensusContract.Settle(
            epoch.Index,
            epoch.OutputsMerkleRoot!.Value,
            Siblings.FromBytes(epoch.OutputsMerkleProof!)
        );
        var answers = await client.CallManyAsync(
            [DaveConsensusContract.CanSettle(consensus), new CallRequest(consensus, settle)],
            BlockTag.At(top),
            cancellationToken
        );
        if (
            answers[0].Data is not { } data
            || DaveConsensusContract.DecodeCanSettle(data) is not { IsFinished: true } can
            || can.EpochNumber != epoch.Index
            || answers[1].Error is not { IsFailedAssertion: true } refusal
        )
            return false;
        return await record.RejectedAsync(
            application,
            epoch,
            null,
            InoperableKind.L1Stuck,
            $"prt_consensus_stuck: at block {top} the consensus contract {consensus} says that epoch {epoch.Index} can be settled with the "
                + $"winner {can.WinnerCommitment} of the tournament {epoch.TournamentAddress}, "
                + $"and yet its settlement fails with {refusal.Reason}: the winner's bond was paid out before it, and the contract insists "
                + $"on paying it. "
                + $"This node's commitment is {epoch.Commitment}; no transaction of anybody can settle the epoch, and none is sent any "
                + $"more. Deploy the application anew.",
            cancellationToken
        );
    }
}
