using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Rollups.Persistence;

namespace Rollups.Testing;

/// <summary>
/// The first test of this build on a PostgreSQL server migrates its database and leaves a copy as the template of later ones, also of other
/// test programs.
/// </summary>
internal static class PostgresSchema
{
    // Held while a template is made or looked for.
    private const long Lock = 0x526f6c6c75707354;

    private static readonly string Template = $"rollups_schema_{typeof(IDatabaseMigrator).Assembly.ManifestModule.ModuleVersionId:N}";

    public static async Task MigrateAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        // That of a context has no password.
        var connectionString = services.GetRequiredService<IOptions<DatabaseOptions>>().Value.ConnectionString;
        var database = new NpgsqlConnectionStringBuilder(connectionString);
        await using var server = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres", Pooling = false }.ConnectionString
        );
        await server.OpenAsync(cancellationToken);
        if (await ExistsAsync(server, database.Database!, cancellationToken))
        {
            await services.GetRequiredService<IDatabaseMigrator>().MigrateAsync(cancellationToken);
            return;
        }

        await ExecuteAsync(server, $"SELECT pg_advisory_lock({Lock})", cancellationToken);
        if (!await ExistsAsync(server, Template, cancellationToken))
        {
            await services.GetRequiredService<IDatabaseMigrator>().MigrateAsync(cancellationToken);
            // A database with connections cannot be copied.
            services.GetRequiredService<NpgsqlDataSource>().Clear();
            await ExecuteAsync(server, $"CREATE DATABASE {Template} TEMPLATE {database.Database}", cancellationToken);
            return;
        }

        await ExecuteAsync(server, $"SELECT pg_advisory_unlock({Lock})", cancellationToken);
        await ExecuteAsync(server, $"CREATE DATABASE {database.Database} TEMPLATE {Template}", cancellationToken);
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection server, string database, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", server)
        {
            Parameters = { new() { Value = database } },
        };
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    private static async Task ExecuteAsync(NpgsqlConnection server, string text, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(text, server);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
