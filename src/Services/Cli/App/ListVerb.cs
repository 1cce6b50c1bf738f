using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Database;
using Rollups.Cli.Http;
using Rollups.Cli.Output;
using Rollups.Domain;

namespace Rollups.Cli.App;

/// <summary><c>rollups app list</c>.</summary>
internal static class ListVerb
{
    private const int ApiPage = 1000;

    public static Verb Create()
    {
        var verb = new Verb(
            "list",
            "Shows the registered applications, from the node's database (ROLLUPS_Database__...) or its API.",
            "rollups app list",
            "rollups app list --json",
            "rollups app list --url http://127.0.0.1:10011"
        );
        var url = NodeUrl.ReadOption(verb);
        return verb.Runs(
            async (parsed, output, cancellationToken) =>
            {
                var rows = parsed.GetValue(url) is { } node
                    ? await LoadAsync(node, output, cancellationToken)
                    : await NodeDatabase.ReadAsync(database => LoadAsync(database, cancellationToken), cancellationToken);
                output.List(
                    rows,
                    rows,
                    "No application is registered: 'rollups app register' adds one.",
                    new("NAME", row => row.Name),
                    new("ADDRESS", row => row.Address.ToString(), ColumnKind.Hex),
                    new("CONSENSUS", row => EnumNames.Of(row.Consensus)),
                    new("STATE", row => EnumNames.Of(row.State)),
                    new("FAULT", row => row.ReasonKind is { } kind ? EnumNames.Of(kind) : null),
                    new("INPUTS RUN", row => row.ProcessedInputs.ToString(CultureInfo.InvariantCulture), ColumnKind.Number),
                    new("READ TO BLOCK", row => row.LastReadBlock.ToString(CultureInfo.InvariantCulture), ColumnKind.Number)
                );
                return ExitCode.Done;
            }
        );
    }

    private static async Task<List<ListedApplication>> LoadAsync(Uri node, CommandOutput output, CancellationToken cancellationToken)
    {
        using var api = NodeApi.Open(node, output);
        var rows = new List<ListedApplication>();
        while (true)
        {
            var answer = await api.CallAsync(
                "cartesi_listApplications",
                new JsonObject { ["limit"] = ApiPage, ["offset"] = rows.Count },
                cancellationToken
            );
            var page = new WireRow(answer).Rows("data");
            rows.AddRange(
                page.Select(row => new ListedApplication(
                    row.Text("name"),
                    row.Address("iapplication_address"),
                    row.Word<ConsensusType>("consensus_type"),
                    row.Address("iconsensus_address"),
                    ApiApplication.StateOf(row),
                    ApiApplication.FaultOf(row),
                    row.Number("processed_inputs"),
                    row.Number("last_input_check_block")
                ))
            );
            if (page.Count < ApiPage)
                return rows;
        }
    }

    private static Task<List<ListedApplication>> LoadAsync(NodeDatabase database, CancellationToken cancellationToken) =>
        database
            .Db.Applications.OrderBy(app => app.Name)
            .Select(app => new ListedApplication(
                app.Name,
                app.Address,
                app.ConsensusType,
                app.ConsensusAddress,
                app.State,
                app.ReasonKind,
                app.ProcessedInputs,
                app.LastInputCheckBlock
            ))
            .ToListAsync(cancellationToken);

    private sealed record ListedApplication(
        string Name,
        Address Address,
        ConsensusType Consensus,
        Address ConsensusAddress,
        ApplicationState State,
        InoperableKind? ReasonKind,
        ulong ProcessedInputs,
        ulong LastReadBlock
    );
}
