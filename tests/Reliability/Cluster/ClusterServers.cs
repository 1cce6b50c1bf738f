using Rollups.Testing;

namespace Rollups.Reliability.Tests.Cluster;

/// <summary>PostgreSQL and RabbitMQ of this test program's own, which its tests may halt. They start with the first cluster.</summary>
public sealed class ClusterServers : IAsyncDisposable
{
    private readonly Lazy<Task<OwnServer>> _postgres = new(OwnServer.StartPostgresAsync);
    private readonly Lazy<Task<OwnServer>> _rabbitMq = new(OwnServer.StartRabbitMqAsync);

    public Task<OwnServer> PostgresAsync() => _postgres.Value;

    public Task<OwnServer> RabbitMqAsync() => _rabbitMq.Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { _postgres, _rabbitMq }.Where(server => server.IsValueCreated && server.Value.IsCompletedSuccessfully))
            await (await server.Value).DisposeAsync();
    }
}
