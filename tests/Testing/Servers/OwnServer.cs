namespace Rollups.Testing;

/// <summary>A server of one test's own, which the test may halt and start again: the shared one belongs to all tests. Needs its package installed, as ./test.sh sees to.</summary>
public sealed class OwnServer : IAsyncDisposable
{
    private readonly string _name;
    private readonly string _folder;
    private bool _isHalted;

    private OwnServer(string name, string folder)
    {
        _name = name;
        _folder = folder;
    }

    /// <summary>How to reach it, as its script prints it; the same after a restart.</summary>
    public string Address { get; private set; } = "";

    /// <summary>A PostgreSQL; a halt ends it as a crash does.</summary>
    public static Task<OwnServer> StartPostgresAsync() => StartAsync("postgres");

    /// <summary>A RabbitMQ.</summary>
    public static Task<OwnServer> StartRabbitMqAsync() => StartAsync("rabbitmq");

    /// <summary>Ends the server and keeps what it has stored.</summary>
    public Task HaltAsync()
    {
        _isHalted = true;
        return ActAsync("halt");
    }

    /// <summary>Starts the halted server again, on the same ports; nothing when it is not halted.</summary>
    public async Task ResumeAsync()
    {
        if (_isHalted)
            await ActAsync("resume");
        _isHalted = false;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await ActAsync("stop");
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<OwnServer> StartAsync(string name)
    {
        var server = new OwnServer(name, ServerScript.NewFolder(name));
        server.Address = await server.ActAsync("start");
        return server;
    }

    private async Task<string> ActAsync(string action)
    {
        var (exitCode, output, error) = await ServerScript.RunAsync(_name, action, Path.Combine(_folder, _name));
        return exitCode == 0 ? output.Trim() : throw new InvalidOperationException($"eng/servers/{_name}.sh {action} failed: {error}");
    }
}
