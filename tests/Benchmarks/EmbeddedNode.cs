using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Rollups.Hosting;
using Rollups.Node;

namespace Rollups.Benchmarks;

/// <summary>The whole node in this process, composed as the node's own program composes it.</summary>
internal sealed class EmbeddedNode : IAsyncDisposable
{
    private readonly IHost _host;

    private EmbeddedNode(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    /// <summary>In a flow of its own: MassTransit's log context belongs to one host.</summary>
    public static Task<EmbeddedNode> StartAsync(Deployment deployment) =>
        Task.Run(async () =>
        {
            var builder = RollupsHost.CreateBuilder([]);
            builder
                .Configuration.AddInMemoryCollection(deployment.Settings)
                .AddInMemoryCollection(
                    ((string[])["Health:Address", "Inspect:Address", "Api:Address", "Api:WebAddress"]).Select(name =>
                        KeyValuePair.Create(name, (string?)"127.0.0.1:0")
                    )
                )
                .AddInMemoryCollection([new("Logging:LogLevel:Default", "Error"), new("Logging:LogLevel:Rollups", "Error")]);
            builder.AddRollupsNode(NodeServices.All);
            var host = builder.Build();
            await host.PrepareRollupsNodeAsync(CancellationToken.None);
            await host.StartAsync();
            return new EmbeddedNode(host);
        });

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }
}
