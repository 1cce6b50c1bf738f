using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Prt;

/// <summary>
/// Compares an epoch's stored tournaments with L1 where blocks can be reverted. This process remembers the hash of the block up to which
/// they were read; if L1 has another block there, or the hash is unknown, it rereads everything and replaces the rows.
/// </summary>
internal sealed partial class TournamentHistory(
    IEthereumClient client,
    ChainPolicy chain,
    ObserveTournaments observe,
    RecordTournaments tournaments,
    ILogger<TournamentHistory> logger
)
{
    // Application to its undecided epoch and the block up to which that was read.
    private readonly ConcurrentDictionary<int, (ulong Epoch, ulong Block, Hash32 Hash)> _read = new();

    /// <summary>Remembers that the epoch's tournaments were read and stored up to this block.</summary>
    public void Remember(Application application, Epoch epoch, BlockHeader block) =>
        _read[application.Id] = (epoch.Index, block.Number, block.Hash);

    /// <summary>The stored tournaments once they match L1; null while that cannot be determined. The next head retries.</summary>
    /// <param name="application">The application.</param>
    /// <param name="epoch">Its undecided epoch.</param>
    /// <param name="known">Its stored tournaments.</param>
    /// <param name="top">The block at the configured tag.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <exception cref="IncompleteTournamentException">The endpoint's logs and the contract's counters contradict each other.</exception>
    public async Task<ObservedTournaments?> HoldAsync(
        Application application,
        Epoch epoch,
        ObservedTournaments known,
        BlockHeader top,
        CancellationToken cancellationToken
    )
    {
        if (chain.IsFinal || known.Root is null)
            return known;
        var searchedTo = known.Tournaments.Max(tournament => tournament.SearchedToBlock);
        // The endpoint lags, or a new branch is still shorter: what is above it is not judged.
        if (top.Number < searchedTo)
            return null;
        if (_read.TryGetValue(application.Id, out var read) && read.Epoch == epoch.Index && read.Block >= searchedTo)
        {
            if (read.Block > top.Number || await HashOfAsync(read.Block, top, cancellationToken) is not { } hash)
                return null;
            if (hash == read.Hash)
                return known;
        }

        var all = await observe.LookAsync(
            application,
            epoch,
            new ObservedTournaments([], [], []),
            _ => new ulong[5],
            top,
            cancellationToken
        );
        if (!await tournaments.ReplaceAsync(application, epoch, known, all, cancellationToken))
            return null;
        Remember(application, epoch, top);
        Report(application, epoch, known, all);
        return await tournaments.LoadAsync(application, epoch, cancellationToken);
    }

    /// <summary>The reason, and whether a reorganisation reverted this node's join.</summary>
    public async Task<string> WithLostJoinAsync(
        Application application,
        Epoch epoch,
        string reason,
        CancellationToken cancellationToken
    ) =>
        (epoch.ClaimTransactionHash ?? await tournaments.OwnJoinAsync(application, epoch, cancellationToken)) is { } join
            ? $"{reason} A reorganisation of L1 took back the join with this node's commitment in transaction {join}, and no other was "
                + $"mined before the tournament closed."
            : reason;

    private async Task<Hash32?> HashOfAsync(ulong block, BlockHeader top, CancellationToken cancellationToken) =>
        block == top.Number ? top.Hash : (await client.GetBlockAsync(BlockTag.At(block), cancellationToken))?.Hash;

    private void Report(Application application, Epoch epoch, ObservedTournaments known, IReadOnlyList<TournamentNews> all)
    {
        var joins = all.SelectMany(news => news.Logs.Joined.Select(joined => (news.Tournament.Address, joined.Commitment))).ToHashSet();
        var matches = all.SelectMany(news => news.Logs.Created.Select(created => (news.Tournament.Address, created.IdHash))).ToHashSet();
        var lost = known.Commitments.Where(row => !joins.Contains((row.TournamentAddress, row.Commitment))).ToList();
        var lostMatches = known.Matches.Count(row => !matches.Contains((row.TournamentAddress, row.IdHash)));
        if (lost.Count + lostMatches > 0)
            LogTakenBack(logger, application.Name, epoch.Index, lost.Count, lostMatches);
        if (lost.Find(row => row.TournamentAddress == epoch.TournamentAddress && row.Commitment == epoch.Commitment) is { } ours)
            LogOursTakenBack(logger, application.Name, epoch.Index, ours.TransactionHash, ours.BlockNumber, ours.TournamentAddress);
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "{Application}: a reorganisation of L1 took back {Joins} joins and {Matches} matches of the tournaments of epoch {Epoch}. Their "
            + "rows are gone, and what L1 has now is stored."
    )]
    private static partial void LogTakenBack(ILogger logger, string application, ulong epoch, int joins, int matches);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "{Application}: the join with this node's commitment of epoch {Epoch} (transaction {Transaction}, block {Block}) is among what was "
            + "taken back. It is sent again while the tournament {Tournament} is open."
    )]
    private static partial void LogOursTakenBack(
        ILogger logger,
        string application,
        ulong epoch,
        Hash32 transaction,
        ulong block,
        Address tournament
    );
}
