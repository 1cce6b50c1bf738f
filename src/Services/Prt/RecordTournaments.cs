using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Prt;

/// <summary>
/// Stores what was seen of tournaments: the rows and each tournament's cursor in one transaction, so a block is never stored twice nor
/// passed over.
/// </summary>
internal sealed class RecordTournaments(IServiceScopeFactory scopes, IUnitOfWork unit, IDatabaseProvider database, TimeProvider clock)
{
    /// <summary>What is stored of an epoch's tournaments.</summary>
    public async Task<ObservedTournaments> LoadAsync(Application application, Epoch epoch, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        var tournaments = db.Tournaments.Where(row => row.ApplicationId == application.Id && row.EpochIndex == epoch.Index);
        var addresses = tournaments.Select(row => row.Address);
        return new ObservedTournaments(
            await tournaments.OrderBy(row => row.Level).ToListAsync(cancellationToken),
            await db
                .TournamentCommitments.Where(row => row.ApplicationId == application.Id && addresses.Contains(row.TournamentAddress))
                .ToListAsync(cancellationToken),
            await db
                .TournamentMatches.Where(row => row.ApplicationId == application.Id && addresses.Contains(row.TournamentAddress))
                .ToListAsync(cancellationToken)
        );
    }

    /// <summary>How many MatchAdvanced of each tournament of the epoch are stored.</summary>
    public async Task<IReadOnlyDictionary<Address, ulong>> CountAdvancesAsync(
        Application application,
        Epoch epoch,
        CancellationToken cancellationToken
    )
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var addresses = db
            .Tournaments.Where(row => row.ApplicationId == application.Id && row.EpochIndex == epoch.Index && row.FinishedAtBlock == null)
            .Select(row => row.Address);
        return await db
            .MatchAdvances.Where(row => row.ApplicationId == application.Id && addresses.Contains(row.TournamentAddress))
            .GroupBy(row => row.TournamentAddress)
            .ToDictionaryAsync(group => group.Key, group => (ulong)group.Count(), cancellationToken);
    }

    /// <summary>Stores the news; false where another replica has stored some of them meanwhile, and nothing was.</summary>
    public Task<bool> StoreAsync(
        Application application,
        Epoch epoch,
        IReadOnlyList<TournamentNews> news,
        ulong top,
        CancellationToken cancellationToken
    ) =>
        unit.ExecuteAsync(
            async (scope, token) =>
            {
                if (!await database.LockApplicationAsync(scope.Db, application.Id, token))
                    return false;
                var stored = await scope
                    .Db.Tournaments.AsNoTracking()
                    .Where(row => row.ApplicationId == application.Id && row.EpochIndex == epoch.Index)
                    .ToDictionaryAsync(row => row.Address, row => row.SearchedToBlock, token);
                if (
                    news.Any(item =>
                        item.IsNew
                            ? stored.ContainsKey(item.Tournament.Address)
                            : stored.GetValueOrDefault(item.Tournament.Address) != item.SearchedBefore
                    )
                )
                    return false;
                foreach (var item in news)
                    await AddAsync(scope.Db, item, token);
                var now = clock.GetUtcNow();
                await scope
                    .Db.Applications.Where(row => row.Id == application.Id && row.LastTournamentCheckBlock < top)
                    .ExecuteUpdateAsync(
                        set => set.SetProperty(row => row.LastTournamentCheckBlock, top).SetProperty(row => row.UpdatedAt, now),
                        token
                    );
                return true;
            },
            cancellationToken
        );

    /// <summary>
    /// Stores what L1 has of an epoch's tournaments in the place of everything that was stored of them; false where another replica has
    /// stored something meanwhile, and nothing was replaced.
    /// </summary>
    public Task<bool> ReplaceAsync(
        Application application,
        Epoch epoch,
        ObservedTournaments known,
        IReadOnlyList<TournamentNews> all,
        CancellationToken cancellationToken
    ) =>
        unit.ExecuteAsync(
            async (scope, token) =>
            {
                if (!await database.LockApplicationAsync(scope.Db, application.Id, token))
                    return false;
                var rows = scope.Db.Tournaments.Where(row => row.ApplicationId == application.Id && row.EpochIndex == epoch.Index);
                var stored = await rows.AsNoTracking().Select(row => new { row.Address, row.SearchedToBlock }).ToListAsync(token);
                if (
                    !stored
                        .Select(row => (row.Address, row.SearchedToBlock))
                        .ToHashSet()
                        .SetEquals(known.Tournaments.Select(row => (row.Address, row.SearchedToBlock)))
                )
                    return false;
                // With them go their commitments, matches and steps.
                await rows.ExecuteDeleteAsync(token);
                foreach (var item in all)
                    await AddAsync(scope.Db, item, token);
                return true;
            },
            cancellationToken
        );

    /// <summary>The transaction with which this node joined the epoch's tournament, as far as is known; null where it did not.</summary>
    public async Task<Hash32?> OwnJoinAsync(Application application, Epoch epoch, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var rows = scope.ServiceProvider.GetRequiredService<RollupsDbContext>().Transactions.AsNoTracking();
        // One that was taken back with its block is on its way again, or given up.
        var wasTakenBack = epoch.ClaimRound > 0;
        return await rows.Where(row =>
                row.ApplicationId == application.Id
                && row.EpochIndex == epoch.Index
                && row.Kind == TransactionKind.JoinTournament
                && (wasTakenBack || row.State == TransactionState.Confirmed)
            )
            .Select(row => (Hash32?)row.TransactionHash)
            .FirstOrDefaultAsync(cancellationToken);
    }

    private static async Task AddAsync(RollupsDbContext db, TournamentNews news, CancellationToken cancellationToken)
    {
        var (tournament, logs) = (news.Tournament, news.Logs);
        db.Entry(tournament).State = news.IsNew ? EntityState.Added : EntityState.Modified;
        db.AddRange(
            logs.Joined.Select(joined => new TournamentCommitment
            {
                ApplicationId = tournament.ApplicationId,
                TournamentAddress = tournament.Address,
                Commitment = joined.Commitment,
                FinalStateHash = joined.FinalState,
                Submitter = joined.Submitter,
                BlockNumber = joined.Log.BlockNumber,
                BlockHash = joined.Log.BlockHash,
                TransactionHash = joined.Log.TransactionHash,
            })
        );
        var matches = await MatchesAsync(db, tournament, logs, cancellationToken);
        db.AddRange(
            logs.Advanced.Select(advanced => new MatchAdvance
            {
                ApplicationId = tournament.ApplicationId,
                TournamentAddress = tournament.Address,
                MatchIdHash = advanced.IdHash,
                OtherParent = advanced.OtherParent,
                LeftNode = advanced.LeftNode,
                BlockNumber = advanced.Log.BlockNumber,
                TransactionHash = advanced.Log.TransactionHash,
            })
        );
        foreach (var deleted in logs.Deleted)
        {
            if (!matches.TryGetValue(deleted.IdHash, out var match))
                throw new IncompleteTournamentException(
                    $"The tournament {tournament.Address} deleted the match {deleted.IdHash} in block {deleted.Log.BlockNumber}, and no "
                        + $"log has created it. Nothing is stored, and the blocks are read again."
                );
            match.Deletion = (MatchDeletion)(deleted.Reason + 1);
            match.Winner = (MatchWinner)deleted.Winner;
            match.DeletionBlockNumber = deleted.Log.BlockNumber;
            match.DeletionTransactionHash = deleted.Log.TransactionHash;
        }
    }

    /// <summary>
    /// The matches that the news speak of, tracked; those that they create are added. A winner is paired again before its last match is
    /// deleted.
    /// </summary>
    private static async Task<Dictionary<Hash32, TournamentMatch>> MatchesAsync(
        RollupsDbContext db,
        Tournament tournament,
        TournamentLogs logs,
        CancellationToken cancellationToken
    )
    {
        var ended = logs.Deleted.Select(deleted => deleted.IdHash).ToList();
        var matches =
            ended.Count == 0
                ? []
                : await db
                    .TournamentMatches.Where(row =>
                        row.ApplicationId == tournament.ApplicationId
                        && row.TournamentAddress == tournament.Address
                        && ended.Contains(row.IdHash)
                    )
                    .ToDictionaryAsync(row => row.IdHash, cancellationToken);
        foreach (var created in logs.Created)
        {
            var match = new TournamentMatch
            {
                ApplicationId = tournament.ApplicationId,
                TournamentAddress = tournament.Address,
                IdHash = created.IdHash,
                CommitmentOne = created.One,
                CommitmentTwo = created.Two,
                LeftOfTwo = created.LeftOfTwo,
                BlockNumber = created.Log.BlockNumber,
                TransactionHash = created.Log.TransactionHash,
            };
            db.Add(match);
            matches.Add(match.IdHash, match);
        }

        return matches;
    }
}
