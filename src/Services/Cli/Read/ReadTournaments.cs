using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Output;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary><c>rollups read tournaments APP</c>.</summary>
internal static class ReadTournaments
{
    public static Verb Create()
    {
        var epoch = Typed.Number("--epoch", "Only tournaments of this epoch.");
        return ReadVerb.Create(
            "tournaments",
            "Lists the tournaments of a PRT application at every level, those of the newest epoch first.",
            ["rollups read tournaments honeypot", "rollups read tournaments honeypot --epoch 12 --json"],
            new PageOptions<TournamentKey>(TournamentKey.Parse),
            [epoch],
            new ListedRows<TournamentKey, TournamentRow>(
                async (request, cancellationToken) =>
                {
                    var rows = request.Database.Db.Tournaments.AsNoTracking().Where(row => row.ApplicationId == request.Application.Id);
                    if (request.Parsed.GetValue(epoch) is { } index)
                        rows = rows.Where(row => row.EpochIndex == index);
                    var page = await InOrder(rows, request.Page)
                        .ToPageAsync(
                            request.Page.Limit,
                            TournamentRow.Of,
                            row => new TournamentKey(row.EpochIndex, row.Address).ToString(),
                            cancellationToken
                        );
                    return page;
                },
                "No tournaments.",
                output =>
                    [
                        new("EPOCH", row => $"{row.EpochIndex}", ColumnKind.Number),
                        new("TOURNAMENT", row => row.Address.ToString(), ColumnKind.Hex),
                        new("LEVEL", row => $"{row.Level} of {row.MaxLevel}"),
                        new("START", row => $"{row.StartBlock}", ColumnKind.Number),
                        new("JOIN UNTIL", row => $"{row.StartBlock + row.Allowance}", ColumnKind.Number),
                        new(
                            "FINISHED",
                            row => row.FinishedAtBlock?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "running"
                        ),
                        new("WINNER", row => row.WinnerCommitment?.ToString(), ColumnKind.Hex),
                        new("PARENT", row => row.ParentAddress?.ToString(), ColumnKind.Hex),
                    ]
            )
            {
                HasIndex = false,
                FromApi = (request, output, cancellationToken) =>
                {
                    var parameters = request.Parameters().With("epoch_index", request.Parsed.GetValue(epoch));
                    return request.FirstAsync("cartesi_listTournaments", parameters, output, TournamentRow.Of, cancellationToken);
                },
            }
        );
    }

    // Both directions take the tournaments of one epoch in the order of their addresses.
    private static IQueryable<Tournament> InOrder(IQueryable<Tournament> rows, PageRequest<TournamentKey> page)
    {
        if (page.After is { Value: { Epoch: var epoch, Address: var address } })
            rows = page.Ascending
                ? rows.Where(row => row.EpochIndex >= epoch && (row.EpochIndex > epoch || row.Address > address))
                : rows.Where(row => row.EpochIndex <= epoch && (row.EpochIndex < epoch || row.Address > address));
        return (page.Ascending ? rows.OrderBy(row => row.EpochIndex) : rows.OrderByDescending(row => row.EpochIndex)).ThenBy(row =>
            row.Address
        );
    }
}
