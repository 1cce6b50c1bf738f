using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Prt;

/// <summary>
/// Stores observations of tournaments: the rows and each tournament's cursor in one transaction, so no block is stored twice or skipped.
/// </summary>
internal sealed class RecordTournaments(IServiceScopeFactory scopes, IUnitOfWork unit, IDatabaseProvider database, TimeProvider clock)
{
    /// <summary>An epoch's stored tournaments.</summary>
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

    /// <summary>Number of stored MatchAdvanced events per tournament of the epoch.</summary>
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

    /// <summary>Stores the news; false, with nothing stored, if another replica stored some of them meanwhile.</summary>
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
    /// Replaces everything stored of an epoch's tournaments with L1's version; false, with nothing replaced, if another replica stored
    /// something meanwhile.
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
                // This also deletes their commitments, matches and steps.
                await rows.ExecuteDeleteAsync(token);
                foreach (var item in all)
                    await AddAsync(scope.Db, item, token);
                return true;
            },
            cancellationToken
        );

    /// <summary>The known transaction with which this node joined the epoch's tournament; null if there is none.</summary>
    public async Task<Hash32?> OwnJoinAsync(Application application, Epoch epoch, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var rows = scope.ServiceProvider.GetRequiredService<RollupsDbContext>().Transactions.AsNoTracking();
        // A join reverted with its block is pending again, or abandoned.
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
    /// The matches that the news refer to, tracked; adds those that they create. A winner is paired again before its last match is
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
