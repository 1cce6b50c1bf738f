using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary>Commitments and matches are listed along their tournaments, which the index on (application, epoch) puts in order.</summary>
internal static class Disputes
{
    /// <summary>The tournaments whose rows a page may show: none before the epoch of the page's key.</summary>
    public static IQueryable<Tournament> TournamentsOf(ReadRequest<DisputeKey> request, Option<ulong?> epoch, Option<Address?> tournament)
    {
        var tournaments = request.Database.Db.Tournaments.AsNoTracking().Where(row => row.ApplicationId == request.Application.Id);
        if (request.Parsed.GetValue(epoch) is { } index)
            tournaments = tournaments.Where(row => row.EpochIndex == index);
        if (request.Parsed.GetValue(tournament) is { } address)
            tournaments = tournaments.Where(row => row.Address == address);
        if (request.Page.After is { Value.Epoch: var from })
            tournaments = request.Page.Ascending
                ? tournaments.Where(row => row.EpochIndex >= from)
                : tournaments.Where(row => row.EpochIndex <= from);
        return tournaments;
    }
}
