using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Prt;

/// <summary>
/// Reads the news of an epoch's tournaments, of all levels, up to one block. Each block is searched once, and the logs are compared with
/// the contracts' own counters. Writes nothing.
/// </summary>
internal sealed class ObserveTournaments(IEthereumClient client)
{
    /// <summary>The news of every unfinished tournament, and of those found below them.</summary>
    /// <param name="application">The application.</param>
    /// <param name="epoch">A sealed epoch.</param>
    /// <param name="known">The stored tournaments.</param>
    /// <param name="counts">Number of stored events of each kind per tournament, in the order of the contract's counters.</param>
    /// <param name="block">
    /// Block up to which to read. Contract calls are pinned to its hash, so that no node of an endpoint answers as of another block.
    /// </param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <exception cref="IncompleteTournamentException">The endpoint's logs and the contract's counters contradict each other.</exception>
    public async Task<IReadOnlyList<TournamentNews>> LookAsync(
        Application application,
        Epoch epoch,
        ObservedTournaments known,
        Func<Address, ulong[]> counts,
        BlockHeader block,
        CancellationToken cancellationToken
    )
    {
        var top = block.Number;
        // The pending block has no hash.
        var at = block.Hash == default ? BlockTag.At(top) : BlockTag.Of(block);
        var news = new List<TournamentNews>();
        var next = known
            .Tournaments.Where(tournament => tournament.FinishedAtBlock is null && tournament.SearchedToBlock < top)
            .Select(tournament => (tournament, IsNew: false))
            .ToList();
        if (known.Root is null)
            next.Add(
                (await ReadAsync(application, epoch, epoch.TournamentAddress!.Value, epoch.LastBlock, null, at, cancellationToken), true)
            );
        while (next.Count > 0)
        {
            var found = await LogsAsync([.. next.Select(item => item.tournament)], top, cancellationToken);
            var below = new List<(Tournament Tournament, bool IsNew)>();
            foreach (var (tournament, isNew) in next)
            {
                var logs = found(tournament);
                var before = tournament.SearchedToBlock;
                await FinishAsync(tournament, logs, isNew ? new ulong[5] : counts(tournament.Address), at, cancellationToken);
                news.Add(new TournamentNews(tournament, isNew, before, logs));
                foreach (var inner in logs.Inner)
                    below.Add(
                        (
                            await ReadAsync(
                                application,
                                epoch,
                                inner.Tournament,
                                inner.Log.BlockNumber,
                                (tournament.Address, inner.MatchIdHash),
                                at,
                                cancellationToken
                            ),
                            true
                        )
                    );
            }

            next = below;
        }

        return news;
    }

    /// <summary>Reads a tournament's properties into a row whose search has not begun.</summary>
    private async Task<Tournament> ReadAsync(
        Application application,
        Epoch epoch,
        Address address,
        ulong since,
        (Address Tournament, Hash32 Match)? parent,
        BlockTag at,
        CancellationToken cancellationToken
    )
    {
        var answers = await client.CallManyAsync(
            [TournamentContract.LevelConstants(address), TournamentContract.Arguments(address)],
            at,
            cancellationToken
        );
        var level = TournamentContract.DecodeLevelConstants(Required(answers[0]));
        // Some deployments do not expose their clock; then every head is checked.
        var clock = answers[1].Data is { Length: > 0 } arguments
            ? TournamentContract.DecodeClock(arguments)
            : (StartBlock: since, Allowance: 0UL);
        return new Tournament
        {
            ApplicationId = application.Id,
            EpochIndex = epoch.Index,
            Address = address,
            ParentAddress = parent?.Tournament,
            ParentMatchIdHash = parent?.Match,
            MaxLevel = level.MaxLevel,
            Level = level.Level,
            Log2Step = level.Log2Step,
            Height = level.Height,
            // Its creation block may already hold the first join.
            StartBlock = clock.StartBlock,
            Allowance = clock.Allowance,
            SearchedToBlock = since - 1,
        };
    }

    /// <summary>Every new log of these tournaments, in one query.</summary>
    private async Task<Func<Tournament, TournamentLogs>> LogsAsync(
        IReadOnlyList<Tournament> tournaments,
        ulong top,
        CancellationToken cancellationToken
    )
    {
        var from = tournaments.Min(tournament => tournament.SearchedToBlock) + 1;
        Hash32[] topics =
        [
            TournamentEvents.CommitmentJoinedTopic,
            TournamentEvents.MatchCreatedTopic,
            TournamentEvents.MatchAdvancedTopic,
            TournamentEvents.MatchDeletedTopic,
            TournamentEvents.NewInnerTournamentTopic,
        ];
        var all = await client.GetLogsAsync(
            new LogFilter([.. tournaments.Select(tournament => tournament.Address)], [topics], from, top),
            cancellationToken
        );
        return tournament =>
        {
            var own = all.Where(log => log.Address == tournament.Address && log.BlockNumber > tournament.SearchedToBlock)
                .ToLookup(log => log.Topics[0]);
            return new TournamentLogs(
                [.. own[topics[0]].Select(TournamentEvents.DecodeCommitmentJoined)],
                [.. own[topics[1]].Select(TournamentEvents.DecodeMatchCreated)],
                [.. own[topics[2]].Select(TournamentEvents.DecodeMatchAdvanced)],
                [.. own[topics[3]].Select(TournamentEvents.DecodeMatchDeleted)],
                [.. own[topics[4]].Select(TournamentEvents.DecodeNewInnerTournament)]
            );
        };
    }

    /// <summary>Compares the logs with the counters, and writes the cursor and, if there is one, the result into the row.</summary>
    private async Task FinishAsync(
        Tournament tournament,
        TournamentLogs logs,
        ulong[] stored,
        BlockTag at,
        CancellationToken cancellationToken
    )
    {
        var address = tournament.Address;
        CallRequest[] calls =
        [
            TournamentContract.TimeFinished(address),
            TournamentContract.ArbitrationResult(address),
            .. TournamentContract.GetCounters(address),
        ];
        var answers = await client.CallManyAsync(calls, at, cancellationToken);
        ulong[] found =
        [
            (ulong)logs.Joined.Count,
            (ulong)logs.Created.Count,
            (ulong)logs.Advanced.Count,
            (ulong)logs.Deleted.Count,
            (ulong)logs.Inner.Count,
        ];
        for (var i = 0; i < found.Length; i++)
        {
            var counted = new AbiReader(Required(answers[2 + i])).Number(0, "event counter");
            if (counted != stored[i] + found[i])
                throw new IncompleteTournamentException(
                    $"The tournament {address} counts {counted} {Events[i]} at block {at.Number}, but the endpoint's logs up to there show "
                        + $"{stored[i] + found[i]}. An endpoint whose nodes are not equally far does this; nothing is stored, and the "
                        + $"blocks are read again."
                );
        }

        tournament.SearchedToBlock = at.Number;
        var (isFinished, block) = TournamentContract.DecodeTimeFinished(Required(answers[0]));
        if (!isFinished)
            return;
        tournament.FinishedAtBlock = block;
        // A revert with TournamentFailedNoWinner is an answer: the tournament is over without a winner.
        if (answers[1].Error?.Selector == RevertReason.TournamentFailedNoWinner)
            return;
        var (_, winner, finalState) = TournamentContract.DecodeArbitrationResult(Required(answers[1]));
        if (winner != default)
            (tournament.WinnerCommitment, tournament.FinalStateHash) = (winner, finalState);
    }

    private static readonly string[] Events = ["CommitmentJoined", "MatchCreated", "MatchAdvanced", "MatchDeleted", "NewInnerTournament"];

    private static byte[] Required(CallOutcome outcome) => outcome.Data ?? throw outcome.Error!;
}
