using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Rollups.Settings;

namespace Rollups.Persistence;

/// <summary>Adds the database to a host.</summary>
public static class PersistenceServiceCollectionExtensions
{
    private static readonly IInterceptor[] SqliteInterceptors =
    [
        new SqliteSessionInterceptor(),
        new SqliteTransactionGate(),
        new SqliteCommandGate(),
    ];

    /// <summary>
    /// Adds <see cref="RollupsDbContext"/> (scoped), <see cref="IDatabaseProvider"/> and <see cref="IDatabaseMigrator"/> from section
    /// <c>Database</c>. Singletons registered as <see cref="IInterceptor"/> are added to every context.
    /// </summary>
    /// <exception cref="OperatorException">An unknown provider or a malformed connection string.</exception>
    public static IServiceCollection AddRollupsPersistence(this IServiceCollection services, IConfiguration configuration)
    {
        var options = services.AddValidatedOptions<DatabaseOptions>(configuration.GetSection(DatabaseOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IDatabaseMigrator, DatabaseMigrator>();
        return options.Provider == "sqlite" ? services.AddSqlite(options) : services.AddPostgres(options);
    }

    private static IServiceCollection AddSqlite(this IServiceCollection services, DatabaseOptions options)
    {
        var text = options.ConnectionString.Length == 0 ? "Data Source=rollups.db" : options.ConnectionString;
        var connection = Parse(() => new SqliteConnectionStringBuilder(text) { ForeignKeys = true }, "Data Source=FILE");
        if (
            connection.DataSource.Length == 0
            || connection.DataSource.Contains(":memory:", StringComparison.OrdinalIgnoreCase)
            || connection.Mode == SqliteOpenMode.Memory
        )
            throw new OperatorException("Database:ConnectionString names no file: use Data Source=FILE for sqlite.");
        services.AddSingleton<IDatabaseProvider>(_ => new SqliteProvider(connection.DataSource));
        services.AddSingleton<IDatabaseSignals, SqliteSignals>();
        services.AddDbContext<RollupsDbContext, SqliteDbContext>(
            (provider, builder) =>
                builder
                    .UseSqlite(connection.ConnectionString)
                    .UseSnakeCaseNamingConvention()
                    .ConfigureWarnings(RefuseUnorderedPages)
                    .ConfigureWarnings(EntityFrameworkLogLevels.FailuresAtDebug)
                    .ConfigureWarnings(EntityFrameworkLogLevels.RebuildsAtDebug)
                    .ReplaceService<IRelationalTransactionFactory, GatedTransactionFactory>()
                    .AddInterceptors(SqliteInterceptors)
                    .AddInterceptors(provider.GetServices<IInterceptor>())
        );
        return services;
    }

    private static IServiceCollection AddPostgres(this IServiceCollection services, DatabaseOptions options)
    {
        if (options.ConnectionString.Length == 0)
            throw new OperatorException(
                "Database:ConnectionString is not set: give Host=...;Database=...;Username=...;Password=... for postgresql."
            );
        var connection = Parse(
            () => new NpgsqlConnectionStringBuilder(options.ConnectionString),
            "Host=...;Database=...;Username=...;Password=..."
        );
        if (string.IsNullOrEmpty(connection.Host))
            throw new OperatorException(
                "Database:ConnectionString names no server: give Host=...;Database=...;Username=...;Password=... for postgresql."
            );
        PostgresHosts.Check(connection);
        var source = new NpgsqlDataSourceBuilder(PostgresSession.ForWork(connection).ConnectionString).Build();
        // The container disposes only instances that it created itself.
        services.AddSingleton(_ => source);
        services.AddSingleton<IDatabaseProvider>(provider => new PostgresProvider(
            source,
            connection,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ILogger<PostgresProvider>>() ?? NullLogger<PostgresProvider>.Instance
        ));
        services.AddSingleton<IDatabaseSignals>(_ => new PostgresSignals(source));
        services.AddSingleton(provider => new PostgresFailureInterceptor(
            (PostgresProvider)provider.GetRequiredService<IDatabaseProvider>()
        ));
        services.AddSingleton(provider =>
        {
            var database = (PostgresProvider)provider.GetRequiredService<IDatabaseProvider>();
            var outage = new DatabaseOutage(
                database,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetService<ILogger<DatabaseOutage>>() ?? NullLogger<DatabaseOutage>.Instance
            );
            database.LeaseSessionFailed = outage.Failed;
            return outage;
        });
        services.AddSingleton<DatabaseOutageInterceptor>();
        services.AddDbContext<RollupsDbContext, PostgresDbContext>(
            (provider, builder) =>
                builder
                    .UseNpgsql(source)
                    .UseSnakeCaseNamingConvention()
                    .ConfigureWarnings(RefuseUnorderedPages)
                    .ConfigureWarnings(EntityFrameworkLogLevels.FailuresAtDebug)
                    .AddInterceptors(provider.GetRequiredService<PostgresFailureInterceptor>())
                    .AddInterceptors(provider.GetRequiredService<DatabaseOutageInterceptor>())
                    .AddInterceptors(provider.GetServices<IInterceptor>())
        );
        return services;
    }

    /// <summary>
    /// A page of rows without an order is a fault of the program, because the database may return any rows. With this setting the query
    /// fails at its first run, in a test.
    /// </summary>
    private static void RefuseUnorderedPages(WarningsConfigurationBuilder warnings) =>
        warnings.Throw(CoreEventId.RowLimitingOperationWithoutOrderByWarning);

    private static T Parse<T>(Func<T> parse, string expected)
    {
        try
        {
            return parse();
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            // The text is not repeated: it may contain a password.
            throw new OperatorException($"Database:ConnectionString cannot be read: give {expected}.");
        }
    }
}
