using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;

namespace Rollups.Testing;

/// <summary>
/// A PostgreSQL or RabbitMQ for one test, which may cut, pause, halt and restart it: the shared one belongs to all tests. Needs its
/// package installed, which ./test.sh ensures.
/// </summary>
public sealed class OwnServer : IFaultyServer, IAsyncDisposable
{
    private readonly string _folder;
    private readonly Func<OwnServer, CancellationToken, Task> _cut;
    private bool _isHalted;

    private OwnServer(string name, string folder, Func<OwnServer, CancellationToken, Task> cut) =>
        (Name, _folder, _cut) = (name, folder, cut);

    /// <inheritdoc />
    public string Name { get; }

    /// <summary>How to reach it, as its script prints it; the same after a restart.</summary>
    public string Address { get; private set; } = "";

    /// <summary>A PostgreSQL; a halt ends it as a crash does.</summary>
    public static Task<OwnServer> StartPostgresAsync() => StartAsync("postgres", (server, token) => server.CutDatabaseAsync(token));

    /// <summary>A PostgreSQL primary with standbys.</summary>
    public static Task<OwnServer> StartPrimaryAsync() =>
        StartAsync("postgres", (server, token) => server.CutDatabaseAsync(token), "primary");

    /// <summary>A PostgreSQL standby of this one.</summary>
    public Task<OwnServer> StartStandbyAsync() =>
        StartAsync("postgres", (server, token) => server.CutDatabaseAsync(token), "standby", Folder);

    /// <summary>Promotes this standby to take writes; the former primary keeps running by itself.</summary>
    public Task PromoteAsync() => ActAsync("promote");

    /// <summary>A PgBouncer in front of this PostgreSQL, which accepts any connection option and drops it.</summary>
    /// <param name="mode">session, transaction or statement.</param>
    /// <param name="size">Server sessions in its pool, per database and user.</param>
    public Task<OwnServer> StartPoolerAsync(string mode, int size) =>
        StartAsync(
            "pgbouncer",
            (_, _) => throw new NotSupportedException("A pooler is not cut."),
            "start",
            new NpgsqlConnectionStringBuilder(Address).Port.ToString(CultureInfo.InvariantCulture),
            mode,
            size.ToString(CultureInfo.InvariantCulture)
        );

    /// <summary>A RabbitMQ.</summary>
    public static Task<OwnServer> StartRabbitMqAsync() => StartAsync("rabbitmq", (server, token) => server.CutBrokerAsync(token));

    /// <inheritdoc />
    public Task CutAsync(CancellationToken cancellationToken) => _cut(this, cancellationToken);

    /// <inheritdoc />
    public Task PauseAsync(CancellationToken cancellationToken) => ActAsync("pause");

    /// <inheritdoc />
    public Task ContinueAsync(CancellationToken cancellationToken) => ActAsync("continue");

    /// <inheritdoc />
    public Task HaltAsync(CancellationToken cancellationToken = default)
    {
        _isHalted = true;
        return ActAsync("halt");
    }

    /// <inheritdoc />
    public async Task ResumeAsync(CancellationToken cancellationToken = default)
    {
        if (_isHalted)
            await ActAsync("resume");
        _isHalted = false;
    }

    /// <summary>Runs a command of <c>rabbitmqctl</c> on it, such as <c>set_disk_free_limit 1000000GB</c>.</summary>
    public Task ControlAsync(params string[] command) => ActAsync("control", command);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await ActAsync("stop");
        Directory.Delete(_folder, recursive: true);
    }

    private string Folder => Path.Combine(_folder, Name);

    private static async Task<OwnServer> StartAsync(
        string name,
        Func<OwnServer, CancellationToken, Task> cut,
        string action = "start",
        params string[] more
    )
    {
        var server = new OwnServer(name, ServerScript.NewFolder(name), cut);
        server.Address = await server.ActAsync(action, more);
        return server;
    }

    private async Task CutDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(Address) { Database = "postgres", Pooling = false }.ConnectionString
        );
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
            connection
        );
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task CutBrokerAsync(CancellationToken cancellationToken)
    {
        var address = new Uri(Address);
        using var management = new HttpClient
        {
            BaseAddress = new UriBuilder(address)
            {
                UserName = "",
                Password = "",
                Query = "",
            }.Uri,
        };
        management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes(address.UserInfo))
        );
        foreach (var connection in (await management.GetFromJsonAsync<JsonArray>("api/connections", cancellationToken))!)
            await management.DeleteAsync(
                $"api/connections/{Uri.EscapeDataString(connection!["name"]!.GetValue<string>())}",
                cancellationToken
            );
    }

    private async Task<string> ActAsync(string action, params string[] arguments)
    {
        var (exitCode, output, error) = await ServerScript.RunAsync(Name, action, Folder, arguments);
        return exitCode == 0 ? output.Trim() : throw new InvalidOperationException($"eng/servers/{Name}.sh {action} failed: {error}");
    }
}
