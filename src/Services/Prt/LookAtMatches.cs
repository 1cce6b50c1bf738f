using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Transactions;

namespace Rollups.Prt;

/// <summary>
/// Reads an epoch's matches at each check, whatever the node does next, and reports those that nobody can win any more: also while the
/// node's own transaction is pending, and on a node that sends nothing.
/// </summary>
internal sealed class LookAtMatches(IEthereumClient client, MatchClocks clocks, LapsedMatches lapsed)
{
    /// <param name="application">The application.</param>
    /// <param name="epoch">Its undecided epoch.</param>
    /// <param name="observed">The epoch's stored tournaments.</param>
    /// <param name="top">Number of the block at the configured tag, up to which they were read.</param>
    /// <param name="isEliminated">Whether this node eliminates the lapsed matches.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    public async Task<MatchesNow> LookAsync(
        Application application,
        Epoch epoch,
        ObservedTournaments observed,
        ulong top,
        bool isEliminated,
        CancellationToken cancellationToken
    )
    {
        var (running, over, head) = (new List<RunningMatch>(), new List<RunningMatch>(), top);
        if (observed.Running.Count > 0)
        {
            head = (await ChainView.ReadAsync(client, top, cancellationToken))?.Head ?? top;
            running.AddRange(await clocks.ReadAsync(observed, head, cancellationToken));
            over.AddRange(running.Where(match => match.LapsesAt <= head).OrderBy(match => match.LapsesAt));
            // The rows are as of the tag: above it, somebody may have ended the match.
            if (over.Count > 0 && head != top)
                over = await StillThereAsync(over, head, cancellationToken);
        }

        lapsed.Report(application, epoch, over, head, isEliminated);
        return new MatchesNow(head, running, over);
    }

    /// <summary>Those whose elimination the contract does not refuse because the match is gone.</summary>
    private async Task<List<RunningMatch>> StillThereAsync(List<RunningMatch> over, ulong head, CancellationToken cancellationToken)
    {
        var answers = await client.CallManyAsync([.. over.Select(Eliminations.Of)], BlockTag.At(head), cancellationToken);
        return
        [
            .. over.Where(
                (_, i) => answers[i].Error is not { } revert || Refusals.Of(TransactionKind.EliminateMatch, revert) != Refusal.Overtaken
            ),
        ];
    }
}
