using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Internal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Persistence;

namespace Rollups.Integration.Tests.Operations;

/// <summary>
/// The next version, as far as a database sees it: this build's migrator, with migrations behind its own that expand the schema by every
/// means that docs/decisions/0009 allows.
/// </summary>
internal static class NextVersion
{
    /// <summary>Does what <c>rollups db upgrade</c> of the next version would do.</summary>
    public static async Task UpgradeAsync(IEnumerable<KeyValuePair<string, string?>> settings, CancellationToken cancellationToken)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddRollupsPersistence(configuration)
            .ConfigureDbContext<PostgresDbContext>(options => options.ReplaceService<IMigrationsAssembly, NextMigrations>())
            .BuildServiceProvider();
        await services.GetRequiredService<IDatabaseMigrator>().MigrateAsync(cancellationToken);
    }
}

#pragma warning disable EF1001 // No public class lists the migrations of an assembly.
/// <summary>The migrations of this build, and the next version's behind them.</summary>
internal sealed class NextMigrations(
    ICurrentDbContext context,
    IDbContextOptions options,
    IMigrationsIdGenerator ids,
    IDiagnosticsLogger<DbLoggerCategory.Migrations> logger
) : MigrationsAssembly(context, options, ids, logger)
{
    private static readonly Type[] Next = [typeof(NextColumns), typeof(NextIndex)];

    public override IReadOnlyDictionary<string, TypeInfo> Migrations =>
        new SortedDictionary<string, TypeInfo>(
            base.Migrations.Concat(
                    Next.Select(type => KeyValuePair.Create(type.GetCustomAttribute<MigrationAttribute>()!.Id, type.GetTypeInfo()))
                )
                .ToDictionary(),
            StringComparer.Ordinal
        );
}
#pragma warning restore EF1001

/// <summary>
/// Columns that are nullable or have a default, a table that refers to an old one, and a trigger on what old services write.
/// </summary>
[Migration("29990101000000_NextColumns")]
internal sealed class NextColumns : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("ALTER TABLE epochs ADD next_note text");
        migrationBuilder.Sql("ALTER TABLE inputs ADD next_priority integer NOT NULL DEFAULT 7");
        migrationBuilder.Sql(
            """
            CREATE TABLE next_notes (
                application_id integer NOT NULL,
                epoch_index bigint NOT NULL,
                PRIMARY KEY (application_id, epoch_index),
                FOREIGN KEY (application_id, epoch_index) REFERENCES epochs (application_id, index) ON DELETE CASCADE)
            """
        );
        migrationBuilder.Sql(
            """
            CREATE FUNCTION next_note() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO next_notes VALUES (NEW.application_id, NEW.index);
                RETURN NEW;
            END $$
            """
        );
        migrationBuilder.Sql("CREATE TRIGGER next_note AFTER INSERT ON epochs FOR EACH ROW EXECUTE FUNCTION next_note()");
    }
}

/// <summary>
/// An index that is built while others write, which no transaction can hold. A build that gave way to a service leaves an index behind that
/// is not valid, so the repetition begins by dropping it.
/// </summary>
[Migration("29990101000001_NextIndex")]
internal sealed class NextIndex : Migration
{
    public const string Name = "ix_next_inputs_block";

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql($"DROP INDEX CONCURRENTLY IF EXISTS {Name}", suppressTransaction: true);
        migrationBuilder.Sql($"CREATE INDEX CONCURRENTLY {Name} ON inputs (application_id, block_number)", suppressTransaction: true);
    }
}
