using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Transactions;

namespace Rollups.Prt;

/// <summary>
/// Ends matches whose time is over: claims our wins by timeout, and eliminates matches that no player can win any more, on every level
/// and whoever plays them, also those whose inner tournament ended without a winner.
/// </summary>
internal sealed partial class PlayMatches(SendMoves moves, RecordOutcomes record, ILogger<PlayMatches> logger)
{
    public async Task<Play> PlayAsync(
        Application application,
        Epoch epoch,
        ObservedTournaments observed,
        MatchesNow matches,
        ChainView view,
        CancellationToken cancellationToken
    )
    {
        var ours = observed.OurMatches(epoch).Select(match => match.IdHash).ToHashSet();
        var own = matches
            .Running.Where(match => match.Match.TournamentAddress == epoch.TournamentAddress && ours.Contains(match.Match.IdHash))
            .ToList();
        // A transaction sent now is mined in the next block at the earliest: a win must still be one there.
        if (
            own.Find(match => match.WinOf(epoch.Commitment!.Value) is var (from, before) && from <= view.Head && view.Head + 1 < before) is
            { } won
        )
            return await WinAsync(application, epoch, won, view, cancellationToken);
        if (matches.Lapsed.Count > 0)
        {
            var elimination = Eliminations.Of(matches.Lapsed[0]);
            return await moves.TryAsync(
                new TransactionRequest(application, epoch, TransactionKind.EliminateMatch, elimination.To, elimination.Data),
                view,
                cancellationToken
            );
        }

        var wins = own.Select(match => match.WinOf(epoch.Commitment!.Value)?.From).OfType<ulong>().Where(block => block > view.Head);
        return new Play(PlayStep.Waiting, wins.Append(matches.DueAt).Min());
    }

    private async Task<Play> WinAsync(
        Application application,
        Epoch epoch,
        RunningMatch won,
        ChainView view,
        CancellationToken cancellationToken
    )
    {
        if (JoinProof.Of(epoch) is not { } proof)
        {
            await record.CorruptAsync(application, epoch, cancellationToken);
            return new Play(PlayStep.LookAgain);
        }

        var match = won.Match;
        LogTimeout(logger, application.Name, epoch.Index, match.IdHash, won.WinOf(epoch.Commitment!.Value)!.Value.From, view.Head);
        return await moves.TryAsync(
            new TransactionRequest(
                application,
                epoch,
                TransactionKind.WinMatchByTimeout,
                match.TournamentAddress,
                TournamentContract.WinMatchByTimeout(match.CommitmentOne, match.CommitmentTwo, proof.Left, proof.Right)
            ),
            view,
            cancellationToken
        );
    }

    [LoggerMessage(
        11,
        LogLevel.Information,
        "{Application}: in the match {Match} of epoch {Epoch} the other side's clock ran out at block {Block}; the win by timeout is "
            + "claimed at block {Head}."
    )]
    private static partial void LogTimeout(ILogger logger, string application, ulong epoch, Hash32 match, ulong block, ulong head);
}
