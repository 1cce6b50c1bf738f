using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Transactions;

namespace Rollups.Prt;

/// <summary>
/// Joins with our commitment, settles what it won, and ends matches. Decides by the newest block, one transaction per epoch at a time.
/// </summary>
internal sealed partial class PlayTournaments(
    IEthereumClient client,
    IAccountQueue queue,
    SendMoves moves,
    PlayMatches play,
    RecordOutcomes record,
    ILogger<PlayTournaments> logger
) : IPlayTournaments
{
    // Tournaments already logged as closed to us.
    private readonly ConcurrentDictionary<Address, bool> _tooLate = new();

    public bool Sends => true;

    public async Task<Play> PlayAsync(
        Application application,
        Epoch epoch,
        ObservedTournaments observed,
        MatchesNow matches,
        ulong top,
        CancellationToken cancellationToken
    )
    {
        if (await ChainView.ReadAsync(client, top, cancellationToken) is not { } view)
            return SendMoves.EachHead;
        var polled = await queue.PollAsync(application, epoch, view, cancellationToken);
        switch (polled.Standing)
        {
            case TransactionStanding.Waiting:
                return SendMoves.EachHead;
            case TransactionStanding.Mined:
                // It counts at the tag; if the tag is behind the newest block, a later head shows it.
                return
                    await client.GetReceiptAsync(polled.Transaction!.TransactionHash, cancellationToken) is { } receipt
                    && receipt.BlockNumber <= top
                    ? new Play(PlayStep.LookAgain)
                    : SendMoves.EachHead;
            case TransactionStanding.Succeeded:
                await queue.ConfirmAsync(application, polled, cancellationToken);
                return new Play(PlayStep.LookAgain);
            case TransactionStanding.RevertedTooOften:
                await record.HaltedAsync(
                    application,
                    epoch,
                    InoperableKind.Failed,
                    $"prt_transactions_revert: {polled.Reverted} transactions ({EnumNames.Of(polled.Transaction!.Kind)}) of epoch "
                        + $"{epoch.Index} were mined and reverted, though each estimate had passed; the last is "
                        + $"{polled.Transaction.TransactionHash}. "
                        + $"No further gas is spent. Look at why it reverted, then run 'rollups app enable {application.Name}'.",
                    cancellationToken
                );
                return new Play(PlayStep.LookAgain);
            default:
                return await MoveAsync(application, epoch, observed, matches, view, cancellationToken);
        }
    }

    public async Task<bool> FinishAsync(
        Application application,
        IReadOnlyList<Epoch> answered,
        ulong top,
        CancellationToken cancellationToken
    )
    {
        if (answered.Count == 0)
            return false;
        if (await ChainView.ReadAsync(client, top, cancellationToken) is not { } view)
            return true;
        var isWaiting = false;
        foreach (var epoch in answered)
        {
            var polled = await queue.PollAsync(application, epoch, view, cancellationToken);
            if (polled.Standing == TransactionStanding.Succeeded)
                await queue.ConfirmAsync(application, polled, cancellationToken);
            isWaiting |= polled.Standing is TransactionStanding.Waiting or TransactionStanding.Mined;
        }

        return isWaiting;
    }

    public async Task RecoverBondAsync(
        Application application,
        Epoch epoch,
        ObservedTournaments observed,
        ulong top,
        CancellationToken cancellationToken
    )
    {
        if (observed.Root is not { } root || observed.Ours(epoch) is not { } ours || ours.Submitter != queue.Account)
            return;
        if ((await client.GetBalanceAsync(root.Address, BlockTag.Latest, cancellationToken)).IsZero)
        {
            LogBondReturned(logger, application.Name, epoch.Index, root.Address, ours.Submitter);
            return;
        }

        LogBondKept(logger, application.Name, epoch.Index, root.Address, ours.Submitter);
        await moves.TryAsync(
            new TransactionRequest(application, epoch, TransactionKind.RecoverBond, root.Address, TournamentContract.TryRecoveringBond()),
            await ChainView.ReadAsync(client, top, cancellationToken) ?? new ChainView(top, top),
            cancellationToken
        );
    }

    private async Task<Play> MoveAsync(
        Application application,
        Epoch epoch,
        ObservedTournaments observed,
        MatchesNow matches,
        ChainView view,
        CancellationToken cancellationToken
    )
    {
        var tournament = epoch.TournamentAddress!.Value;
        var answers = await client.CallManyAsync(
            [
                DaveConsensusContract.CanSettle(application.ConsensusAddress),
                TournamentContract.IsClosed(tournament),
                TournamentContract.GetCommitment(tournament, epoch.Commitment!.Value),
            ],
            BlockTag.At(view.Head),
            cancellationToken
        );
        // No winner: there is nothing to send, and the check at the configured tag stops the application.
        if (answers[0].Error?.Selector == RevertReason.TournamentFailedNoWinner)
            return SendMoves.EachHead;
        var (isFinished, number, winner) = DaveConsensusContract.DecodeCanSettle(Required(answers[0]));
        if (number != epoch.Index)
            return new Play(PlayStep.Waiting);
        // A disabled application brings to its end what it has begun, and begins nothing.
        if (application.State != ApplicationState.Enabled && !TournamentContract.DecodeCommitment(Required(answers[2])).HasJoined)
            return SendMoves.EachHead;
        if (isFinished)
            // Any winner with our final state is settled with our proof.
            return winner == epoch.Commitment || observed.Root?.FinalStateHash == epoch.MachineHash
                ? await SettleAsync(application, epoch, view, cancellationToken)
                : SendMoves.EachHead;
        var hasJoined = TournamentContract.DecodeCommitment(Required(answers[2])).HasJoined;
        if (!hasJoined && !new AbiReader(Required(answers[1])).Bool(0))
        {
            // If the rows have a join that this block lacks, its endpoint lags, or they are about to be compared with L1.
            return observed.Ours(epoch) is null ? await JoinAsync(application, epoch, view, cancellationToken) : SendMoves.EachHead;
        }

        if (!hasJoined && _tooLate.TryAdd(tournament, true))
            LogTooLate(logger, application.Name, epoch.Index, tournament);
        return await play.PlayAsync(application, epoch, observed, matches, view, cancellationToken);
    }

    private async Task<Play> JoinAsync(Application application, Epoch epoch, ChainView view, CancellationToken cancellationToken)
    {
        if (JoinProof.Of(epoch) is not { } proof)
        {
            await record.CorruptAsync(application, epoch, cancellationToken);
            return new Play(PlayStep.LookAgain);
        }

        var tournament = epoch.TournamentAddress!.Value;
        var bond = TournamentContract.DecodeBondValue(
            await client.CallAsync(TournamentContract.BondValue(tournament), BlockTag.At(view.Head), cancellationToken)
        );
        return await moves.TryAsync(
            new TransactionRequest(
                application,
                epoch,
                TransactionKind.JoinTournament,
                tournament,
                TournamentContract.JoinTournament(epoch.MachineHash!.Value, proof.Siblings, proof.Left, proof.Right)
            )
            {
                Value = bond,
            },
            view,
            cancellationToken
        );
    }

    private Task<Play> SettleAsync(Application application, Epoch epoch, ChainView view, CancellationToken cancellationToken) =>
        moves.TryAsync(
            new TransactionRequest(
                application,
                epoch,
                TransactionKind.Settle,
                application.ConsensusAddress,
                DaveConsensusContract.Settle(epoch.Index, epoch.OutputsMerkleRoot!.Value, Siblings.FromBytes(epoch.OutputsMerkleProof!))
            ),
            view,
            cancellationToken
        );

    private static byte[] Required(CallOutcome outcome) => outcome.Data ?? throw outcome.Error!;

    [LoggerMessage(
        10,
        LogLevel.Warning,
        "{Application}: the tournament {Tournament} of epoch {Epoch} takes no commitments any more, and this node's has not joined. The "
            + "winner is a commitment of others; the application stops if that is another result."
    )]
    private static partial void LogTooLate(ILogger logger, string application, ulong epoch, Address tournament);

    [LoggerMessage(
        12,
        LogLevel.Information,
        "{Application}: the bond for epoch {Epoch} has gone from the tournament {Tournament} back to {Signer}."
    )]
    private static partial void LogBondReturned(ILogger logger, string application, ulong epoch, Address tournament, Address signer);

    [LoggerMessage(
        13,
        LogLevel.Warning,
        "{Application}: epoch {Epoch} is won, but its tournament {Tournament} still holds ether that belongs to {Signer}. The node now "
            + "sends tryRecoveringBond(), which anybody may send again."
    )]
    private static partial void LogBondKept(ILogger logger, string application, ulong epoch, Address tournament, Address signer);
}
