using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Database;
using Rollups.Cli.Output;
using Rollups.Domain;

namespace Rollups.Cli.App;

/// <summary><c>rollups app list</c>.</summary>
internal static class ListVerb
{
    public static Verb Create() =>
        new Verb(
            "list",
            "Shows the registered applications, from the node's database (ROLLUPS_Database__...).",
            "rollups app list",
            "rollups app list --json"
        ).Runs(
            async (_, output, cancellationToken) =>
            {
                var rows = await NodeDatabase.ReadAsync(database => LoadAsync(database, cancellationToken), cancellationToken);
                output.List(
                    rows,
                    rows,
                    "No application is registered: 'rollups app register' adds one.",
                    new("Name", row => row.Name),
                    new("Address", row => row.Address.ToString(), ColumnKind.Hex),
                    new("Consensus", row => EnumNames.Of(row.Consensus)),
                    new("State", row => EnumNames.Of(row.State)),
                    new("Fault", row => row.ReasonKind is { } kind ? EnumNames.Of(kind) : null),
                    new("Inputs run", row => row.ProcessedInputs.ToString(CultureInfo.InvariantCulture), ColumnKind.Number),
                    new("Read to block", row => row.LastReadBlock.ToString(CultureInfo.InvariantCulture), ColumnKind.Number)
                );
                return ExitCode.Done;
            }
        );

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
