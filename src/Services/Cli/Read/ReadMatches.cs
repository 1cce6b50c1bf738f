using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Output;

namespace Rollups.Cli.Read;

/// <summary><c>rollups read matches APP</c>.</summary>
internal static class ReadMatches
{
    public static Verb Create()
    {
        var epoch = Typed.Number("--epoch", "Only matches of this epoch's tournaments.");
        var tournament = Typed.Address("--tournament", "Only matches of this tournament.");
        return ReadVerb.Create(
            "matches",
            "Lists the matches in the tournaments of a PRT application, those of the newest epoch first.",
            ["rollups read matches honeypot --epoch 12", "rollups read matches honeypot --limit 10 --json"],
            new PageOptions<DisputeKey>(DisputeKey.Parse),
            [epoch, tournament],
            new ListedRows<DisputeKey, MatchRow>(
                async (request, cancellationToken) =>
                {
                    var tournaments = Disputes.TournamentsOf(request, epoch, tournament);
                    var rows = tournaments.Join(
                        request.Database.Db.TournamentMatches.AsNoTracking(),
                        one => new { one.ApplicationId, TournamentAddress = one.Address },
                        row => new { row.ApplicationId, row.TournamentAddress },
                        (one, row) => new { one.EpochIndex, Row = row }
                    );
                    if (request.Page.After is { Value: { Tournament: var of, Hash: var hash, Epoch: var number } })
                        rows = rows.Where(it =>
                            it.EpochIndex != number
                            || it.Row.TournamentAddress > of
                            || (it.Row.TournamentAddress == of && it.Row.IdHash > hash)
                        );
                    var sorted = request.Page.Ascending ? rows.OrderBy(it => it.EpochIndex) : rows.OrderByDescending(it => it.EpochIndex);
                    var page = await sorted
                        .ThenBy(it => it.Row.TournamentAddress)
                        .ThenBy(it => it.Row.IdHash)
                        .ToPageAsync(
                            request.Page.Limit,
                            it => MatchRow.Of(it.Row, it.EpochIndex),
                            it => new DisputeKey(it.EpochIndex, it.Row.TournamentAddress, it.Row.IdHash).ToString(),
                            cancellationToken
                        );
                    return page;
                },
                "No matches.",
                output =>
                    [
                        new("EPOCH", row => $"{row.EpochIndex}", ColumnKind.Number),
                        new("TOURNAMENT", row => row.TournamentAddress.ToString(), ColumnKind.Hex),
                        new("MATCH", row => row.IdHash.ToString(), ColumnKind.Hex),
                        new("ONE", row => row.CommitmentOne.ToString(), ColumnKind.Hex),
                        new("TWO", row => row.CommitmentTwo.ToString(), ColumnKind.Hex),
                        new("BLOCK", row => $"{row.BlockNumber}", ColumnKind.Number),
                        new("RESULT", row => row.Result),
                        new("ENDED", row => row.DeletionBlockNumber is { } block ? $"{block}" : null, ColumnKind.Number),
                    ]
            )
            {
                HasIndex = false,
                FromApi = (request, output, cancellationToken) =>
                {
                    var parameters = request.Parameters().With("epoch_index", request.Parsed.GetValue(epoch));
                    if (request.Parsed.GetValue(tournament) is { } address)
                        parameters["tournament_address"] = address.ToString();
                    return request.FirstAsync("cartesi_listMatches", parameters, output, MatchRow.Of, cancellationToken);
                },
            }
        );
    }
}
