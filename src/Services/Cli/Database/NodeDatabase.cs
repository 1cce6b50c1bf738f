using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Rollups.Hosting;
using Rollups.Node;
using Rollups.Persistence;
using Rollups.Settings;

namespace Rollups.Cli.Database;

/// <summary>
/// The node's database, opened by the node's own settings (<c>ROLLUPS_Database__...</c>). It needs no key, and no other setting.
/// </summary>
internal sealed class NodeDatabase : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly AsyncServiceScope _scope;

    private NodeDatabase(ServiceProvider services)
    {
        _services = services;
        _scope = services.CreateAsyncScope();
    }

    /// <summary>Settings instead of the environment's, for the commands that this asynchronous flow runs.</summary>
    internal static AsyncLocal<IConfigurationRoot?> Given { get; } = new();

    /// <summary>Reads, and after <see cref="WriteAsync"/> writes.</summary>
    public RollupsDbContext Db => _scope.ServiceProvider.GetRequiredService<RollupsDbContext>();

    /// <summary>What PostgreSQL and SQLite do differently.</summary>
    public IDatabaseProvider Provider => _services.GetRequiredService<IDatabaseProvider>();

    /// <summary>The settings of the node in the environment of this command.</summary>
    /// <exception cref="OperatorException">One of them is unknown to the node.</exception>
    public static IConfigurationRoot Configuration()
    {
        var configuration = Given.Value ?? RollupsHost.CreateBuilder([]).Configuration;
        UnknownSettings.Refuse(configuration);
        return configuration;
    }

    /// <summary>
    /// Runs a query. The server itself refuses any write of this connection, and a SQLite file is read beside the node that owns it.
    /// </summary>
    /// <exception cref="OperatorException">A setting is wrong, or the database's schema is newer than this program.</exception>
    /// <exception cref="UnreachableException">The database does not answer, or lacks migrations.</exception>
    public static Task<T> ReadAsync<T>(Func<NodeDatabase, Task<T>> read, CancellationToken cancellationToken) =>
        ReadAsync(Configuration(), read, cancellationToken);

    /// <summary>The same with other settings.</summary>
    public static async Task<T> ReadAsync<T>(
        IConfiguration configuration,
        Func<NodeDatabase, Task<T>> read,
        CancellationToken cancellationToken
    )
    {
        await using var database = Open(ReadOnly(configuration));
        return await database.GuardAsync(async () =>
        {
            await database.EnsureSchemaAsync(cancellationToken);
            return await read(database);
        });
    }

    /// <summary>Runs a change. A SQLite file must not be in use by a node.</summary>
    /// <exception cref="OperatorException">
    /// A setting is wrong, the database's schema is newer than this program, or another process owns the SQLite file.
    /// </exception>
    /// <exception cref="UnreachableException">The database does not answer, or lacks migrations.</exception>
    public static async Task<T> WriteAsync<T>(Func<NodeDatabase, Task<T>> write, CancellationToken cancellationToken)
    {
        await using var database = OpenExisting(Configuration());
        return await database.GuardAsync(async () =>
        {
            await database.EnsureSchemaAsync(cancellationToken);
            await database.Provider.EnsureUsableAsync(cancellationToken);
            return await write(database);
        });
    }

    /// <summary>Opens the database and does not check its schema.</summary>
    public static NodeDatabase Open(IConfiguration configuration) => new(ServicesOf(configuration));

    /// <summary>The same for reading alone.</summary>
    public static NodeDatabase OpenReadOnly() => Open(ReadOnly(Configuration()));

    /// <summary>The same for writing, without creating a file that does not exist.</summary>
    public static NodeDatabase OpenExisting(IConfiguration configuration) => Open(Existing(configuration));

    /// <summary>The database's services.</summary>
    public static ServiceProvider ServicesOf(IConfiguration configuration) =>
        new ServiceCollection().AddLogging().AddRollupsPersistence(configuration).BuildServiceProvider();

    public async ValueTask DisposeAsync()
    {
        await _scope.DisposeAsync();
        await _services.DisposeAsync();
    }

    /// <summary>Runs an action whose failures of the database become one sentence.</summary>
    /// <exception cref="UnreachableException">The database does not answer.</exception>
    public async Task<T> GuardAsync<T>(Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception exception) when (exception is not OperationCanceledException && Provider.Explain(exception) is { } reason)
        {
            throw new UnreachableException(
                $"The database {Name} cannot be used: {reason.TrimEnd('.')}. Check ROLLUPS_Database__Provider and "
                    + "ROLLUPS_Database__ConnectionString, which the node itself must have too.",
                exception
            );
        }
    }

    /// <summary>Its name and server, or its file.</summary>
    public string Name
    {
        get
        {
            // Without the user's name and password.
            var connection = Db.Database.GetDbConnection();
            return connection is NpgsqlConnection ? $"'{connection.Database}' at {connection.DataSource}" : $"'{connection.DataSource}'";
        }
    }

    /// <exception cref="OperatorException">The schema is newer than this program.</exception>
    /// <exception cref="UnreachableException">The database lacks migrations, or there is none.</exception>
    public async Task EnsureSchemaAsync(CancellationToken cancellationToken)
    {
        if (Db.Database.IsSqlite() && Db.Database.GetDbConnection().DataSource is var file && !File.Exists(file))
            throw new UnreachableException(
                $"There is no database '{file}': run this in the node's folder, or set ROLLUPS_Database__Provider and "
                    + "ROLLUPS_Database__ConnectionString as the node has them."
            );
        var (ours, applied) = (
            Db.Database.GetMigrations().ToList(),
            (await Db.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList()
        );
        if (applied.Except(ours).Any() && (ours.Except(applied).Any() || !await OlderBuilds.IsAdmittedAsync(Db, cancellationToken)))
            throw new OperatorException(
                $"The database {Name} has a newer schema than this program: use the rollups program of the node's own version."
            );
        if (ours.Except(applied).Count() is > 0 and var pending)
            throw new UnreachableException(
                applied.Count == 0
                    ? $"The database {Name} has no schema of the node yet: start the node, or run 'rollups db upgrade'."
                    : $"The database {Name} lacks {pending} migration{(pending == 1 ? "" : "s")} of this version: start a node of this "
                        + "version, or run 'rollups db upgrade'."
            );
    }

    // A malformed connection string is left to the node's own check, which has the sentence for it.
    private static IConfiguration ReadOnly(IConfiguration configuration) =>
        With(
            configuration,
            sqlite => sqlite.Mode = SqliteOpenMode.ReadOnly,
            postgres => postgres.Options = $"{postgres.Options} -c default_transaction_read_only=on".TrimStart()
        );

    // A command must not create an empty file where the node has none.
    private static IConfiguration Existing(IConfiguration configuration) =>
        With(configuration, sqlite => sqlite.Mode = SqliteOpenMode.ReadWrite, _ => { });

    private static IConfiguration With(
        IConfiguration configuration,
        Action<SqliteConnectionStringBuilder> sqlite,
        Action<NpgsqlConnectionStringBuilder> postgres
    )
    {
        var options = configuration.GetSection(DatabaseOptions.Section).ReadValidated<DatabaseOptions>();
        string changed;
        try
        {
            if (options.Provider == "sqlite")
            {
                var file = new SqliteConnectionStringBuilder(
                    options.ConnectionString.Length == 0 ? "Data Source=rollups.db" : options.ConnectionString
                );
                if (file.Mode != SqliteOpenMode.Memory)
                    sqlite(file);
                changed = file.ConnectionString;
            }
            else
            {
                var server = new NpgsqlConnectionStringBuilder(options.ConnectionString);
                if (!string.IsNullOrEmpty(server.Host))
                    postgres(server);
                changed = server.ConnectionString;
            }
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return configuration;
        }
        return new ConfigurationBuilder()
            .AddConfiguration(configuration)
            .AddInMemoryCollection([new($"{DatabaseOptions.Section}:{nameof(DatabaseOptions.ConnectionString)}", changed)])
            .Build();
    }
}
