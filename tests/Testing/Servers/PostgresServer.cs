using Npgsql;
using Testcontainers.PostgreSql;

namespace Rollups.Testing;

/// <summary>
/// PostgreSQL for tests, as an assembly fixture: <c>[assembly: AssemblyFixture(typeof(PostgresServer))]</c>. It starts with the first
/// requested database: the server named by <see cref="Variable"/>, else its own from the installed package, else a container.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>Environment variable with the connection string, without a database, of an existing server.</summary>
    public const string Variable = "ROLLUPS_TEST_POSTGRES";

    private readonly Lazy<Task<RunningServer>> _server = new(StartAsync);

    /// <summary>Creates an empty database and returns its connection string.</summary>
    /// <exception cref="InvalidOperationException">There is no server and none can be started.</exception>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var server = await _server.Value.WaitAsync(cancellationToken);
        return await CreateDatabaseAsync(server.Address, cancellationToken);
    }

    /// <summary>Creates an empty database on a test's own server and returns its connection string.</summary>
    public static Task<string> CreateDatabaseAsync(OwnServer server, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        return CreateDatabaseAsync(server.Address, cancellationToken);
    }

    /// <summary>Connection string of a database that does not exist yet: the migration of a host creates it.</summary>
    public async Task<string> NameDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var server = await _server.Value.WaitAsync(cancellationToken);
        return Database(server.Address, NewName());
    }

    private static string NewName() => $"rollups_{Guid.NewGuid():N}";

    private static string Database(string server, string name) =>
        new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 20 }.ConnectionString;

    private static async Task<string> CreateDatabaseAsync(string server, CancellationToken cancellationToken)
    {
        var name = NewName();
        // Not pooled: a connection kept to the default database would only count against the limit.
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server) { Database = "postgres", Pooling = false }.ConnectionString
        );
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return Database(server, name);
    }

    /// <summary>Stops the server if this process started it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_server.IsValueCreated || !_server.Value.IsCompletedSuccessfully)
            return;
        NpgsqlConnection.ClearAllPools();
        await (await _server.Value).StopAsync();
    }

    private static async Task<RunningServer> StartAsync() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } address
            ? RunningServer.Given(address)
            : await ServerScript.StartAsync("postgres") ?? await StartContainerAsync();

    private static async Task<RunningServer> StartContainerAsync()
    {
        var container = new PostgreSqlBuilder("postgres:16").WithUsername("postgres").Build();
        await container.StartAsync();
        return new RunningServer(container.GetConnectionString(), container.DisposeAsync);
    }
}
