using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Database;
using Rollups.Cli.Output;
using Rollups.Persistence;

namespace Rollups.Cli.Db;

/// <summary><c>rollups db</c>: the schema of the node's database.</summary>
internal static class DbCommand
{
    public static Verb Create() => new("db", "The schema of the node's database.") { Status(), Upgrade() };

    private static Verb Status() =>
        new Verb(
            "status",
            "Shows which migrations the database has, and which this version adds. Changes nothing.",
            "rollups db status",
            "rollups db status --json"
        ).Runs(
            async (_, output, cancellationToken) =>
            {
                var schema = await ReadAsync(cancellationToken);
                var names = schema.Applied.Concat(schema.Pending).Concat(schema.Unknown).Order(StringComparer.Ordinal).Distinct().ToList();
                output.List(
                    schema,
                    names,
                    "No migrations.",
                    new("MIGRATION", name => name),
                    new(
                        "STATE",
                        name =>
                            schema.Pending.Contains(name) ? "pending"
                            : schema.Unknown.Contains(name) ? "of a newer version"
                            : "applied"
                    )
                );
                output.Line("");
                output.Line(
                    schema.State switch
                    {
                        "current" => $"The database {schema.Database} has this version's schema.",
                        "admitted" =>
                            $"The database {schema.Database} has a newer schema, which admits this version: its services may run during an "
                                + "upgrade.",
                        "newer" => $"The database {schema.Database} has a newer schema: use the version of rollups that created it.",
                        "empty" =>
                            $"The database {schema.Database} has no schema yet: 'rollups db upgrade', or the start of a node, creates it.",
                        _ => $"The database {schema.Database} lacks {schema.Pending.Count} of this version's migrations: run 'rollups db "
                            + "upgrade'. It keeps every row.",
                    }
                );
                return ExitCode.Done;
            }
        );

    private static Verb Upgrade() =>
        new Verb(
            "upgrade",
            "Applies the migrations that the database lacks, and creates it if it does not exist. Every row stays. With PostgreSQL the "
                + "services may run meanwhile, except for the migrations that docs/operate.md names; a SQLite file must not be in use.",
            "rollups db upgrade"
        ).Runs(
            async (_, output, cancellationToken) =>
            {
                var before = await ReadAsync(cancellationToken);
                if (before.Pending.Count > 0 && before.Unknown.Count == 0)
                    output.Note($"Applying {string.Join(", ", before.Pending)} ...");
                await using var services = NodeDatabase.ServicesOf(NodeDatabase.Configuration());
                await services.GetRequiredService<IDatabaseMigrator>().MigrateAsync(cancellationToken);
                var result = new { before.Database, Applied = before.Pending };
                output.Answer(
                    result,
                    before.Pending.Count == 0
                        ? $"The database {before.Database} already has this version's schema."
                        : $"The database {before.Database} has this version's schema now."
                );
                return ExitCode.Done;
            }
        );

    private static async Task<SchemaState> ReadAsync(CancellationToken cancellationToken)
    {
        await using var database = NodeDatabase.OpenReadOnly();
        return await database.GuardAsync(async () =>
        {
            var ours = database.Db.Database.GetMigrations().ToList();
            // Of a database that does not exist it returns nothing, and does not create it.
            var applied = (await database.Db.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
            var (pending, unknown) = (ours.Except(applied).ToList(), applied.Except(ours).ToList());
            var isAdmitted = unknown.Count > 0 && pending.Count == 0 && await OlderBuilds.IsAdmittedAsync(database.Db, cancellationToken);
            return new SchemaState(
                database.Name,
                unknown.Count > 0 ? (isAdmitted ? "admitted" : "newer")
                    : applied.Count == 0 ? "empty"
                    : pending.Count > 0 ? "behind"
                    : "current",
                [.. applied.Except(unknown)],
                pending,
                unknown
            );
        });
    }
}
