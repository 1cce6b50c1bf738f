using System.Collections.Concurrent;

namespace Rollups.Testing;

/// <summary>
/// The real servers of one test program, as a fixture: PostgreSQL and RabbitMQ that start when first requested, and one Anvil per chain.
/// All listen on the loopback, may be cut, paused, halted and restarted, and end with the fixture. A disturbance of PostgreSQL or RabbitMQ
/// affects all that share them, so a program that shares them runs one class at a time.
/// </summary>
public sealed class RealServers : IAsyncDisposable
{
    private readonly Lazy<Task<OwnServer>> _postgres = new(OwnServer.StartPostgresAsync);
    private readonly Lazy<Task<OwnServer>> _rabbitMq = new(OwnServer.StartRabbitMqAsync);
    private readonly ConcurrentBag<AnvilChain> _chains = [];

    /// <summary>The one PostgreSQL.</summary>
    public Task<OwnServer> PostgresAsync() => _postgres.Value;

    /// <summary>The one RabbitMQ.</summary>
    public Task<OwnServer> RabbitMqAsync() => _rabbitMq.Value;

    /// <summary>Starts PostgreSQL and RabbitMQ together, and brings back one that a failed test has left paused or halted.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        foreach (var server in await Task.WhenAll(PostgresAsync(), RabbitMqAsync()))
        {
            await server.ContinueAsync(cancellationToken);
            await server.ResumeAsync(cancellationToken);
        }
    }

    /// <summary>A new chain with the rollups contracts; the caller may dispose it before the fixture does.</summary>
    public async Task<AnvilChain> NewChainAsync()
    {
        var chain = new AnvilChain();
        _chains.Add(chain);
        await chain.InitializeAsync();
        return chain;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var chain in _chains)
            await chain.DisposeAsync();
        foreach (
            var server in new[] { _postgres, _rabbitMq }.Where(server => server.IsValueCreated && server.Value.IsCompletedSuccessfully)
        )
            await (await server.Value).DisposeAsync();
    }
}
