using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Rollups.Api.Rpc;
using Rollups.Api.Wire;
using Rollups.Domain;

namespace Rollups.Api.Queries;

/// <summary>Pages of rows of PRT, in the order of their epochs.</summary>
internal static class TournamentPages
{
    public static async Task<Listing<WireTournament>> TournamentsAsync(RpcCall call)
    {
        var id = await call.ApplicationIdAsync();
        var (epoch, level) = (call.Find(Parameters.EpochIndex.Optional), call.Find(Parameters.Level));
        var (parent, match) = (call.Find(Parameters.ParentTournament), call.Find(Parameters.ParentMatch));
        return await PageAsync(
            call,
            TournamentRows.Tournaments(
                call.Db,
                id,
                rows =>
                {
                    if (epoch is not null)
                        rows = rows.Where(row => row.EpochIndex == epoch);
                    if (level is not null)
                        rows = rows.Where(row => row.Level == level);
                    if (parent is not null)
                        rows = rows.Where(row => row.ParentAddress == parent);
                    return match is null ? rows : rows.Where(row => row.ParentMatchIdHash == match);
                }
            ),
            row => row.EpochIndex,
            row => row.Level,
            row => row.Address
        );
    }

    public static async Task<Listing<WireCommitment>> CommitmentsAsync(RpcCall call) =>
        await PageAsync(
            call,
            TournamentRows.Commitments(call.Db, await TournamentsOfAsync(call)),
            row => row.EpochIndex,
            row => row.TournamentAddress,
            row => row.Commitment
        );

    public static async Task<Listing<WireMatch>> MatchesAsync(RpcCall call) =>
        await PageAsync(
            call,
            TournamentRows.Matches(call.Db, await TournamentsOfAsync(call)),
            row => row.EpochIndex,
            row => row.TournamentAddress,
            row => row.IdHash
        );

    public static async Task<Listing<WireMatchAdvance>> AdvancesAsync(RpcCall call)
    {
        var id = call.Get(Parameters.IdHash);
        return await PageAsync(
            call,
            TournamentRows.Advances(call.Db, await TournamentRows.OneAsync(call)).Where(row => row.IdHash == id),
            row => row.BlockNumber,
            row => row.OtherParent,
            row => row.LeftNode
        );
    }

    private static async Task<IQueryable<Tournament>> TournamentsOfAsync(RpcCall call)
    {
        var id = await call.ApplicationIdAsync();
        var rows = call.Db.Tournaments.Where(row => row.ApplicationId == id);
        if (call.Find(Parameters.EpochIndex.Optional) is { } epoch)
            rows = rows.Where(row => row.EpochIndex == epoch);
        return call.Find(Parameters.TournamentAddress.Optional) is { } address ? rows.Where(row => row.Address == address) : rows;
    }

    private static async Task<Listing<T>> PageAsync<T, TFirst, TSecond, TThird>(
        RpcCall call,
        IQueryable<T> rows,
        Expression<Func<T, TFirst>> first,
        Expression<Func<T, TSecond>> second,
        Expression<Func<T, TThird>> third
    )
    {
        var page = call.Page;
        var total = await CountedPages.CountAsync(rows.OrderBy(first).Select(first), page, call.Token);
        var ordered = page.Descending
            ? rows.OrderByDescending(first).ThenByDescending(second).ThenByDescending(third)
            : rows.OrderBy(first).ThenBy(second).ThenBy(third);
        return page.Of(await ordered.PageOf(page).ToListAsync(call.Token), total);
    }
}
