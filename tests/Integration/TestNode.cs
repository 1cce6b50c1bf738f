using System.Globalization;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Contracts;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Hosting;
using Rollups.Node;
using Rollups.Persistence;

namespace Rollups.Integration.Tests;

/// <summary>The whole node in the test's process, on the embedded defaults or on what the settings say.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly IHost _host;

    private TestNode(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public static Dictionary<string, string?> Settings(AnvilProcess anvil, string folder) =>
        new()
        {
            ["Database:Provider"] = "sqlite",
            ["Database:ConnectionString"] = $"Data Source={Path.Combine(folder, "node.db")}",
            ["Messaging:Transport"] = "in-memory",
            ["Ethereum:HttpEndpoint"] = anvil.HttpEndpoint.ToString(),
            ["Ethereum:WebSocketEndpoint"] = anvil.WebSocketEndpoint.ToString(),
            ["Ethereum:ChainId"] = AnvilProcess.ChainId.ToString(CultureInfo.InvariantCulture),
            ["Ethereum:DefaultBlock"] = "latest",
            ["Signer:Kind"] = "private-key",
            ["Signer:PrivateKey"] = DevnetAccounts.ClaimOwnerKey,
            ["Health:Address"] = "127.0.0.1:0",
            ["Inspect:Address"] = "127.0.0.1:0",
            ["Api:Address"] = "127.0.0.1:0",
            ["Api:WebAddress"] = "127.0.0.1:0",
        };

    public static async Task<TestNode> StartAsync(
        IReadOnlyDictionary<string, string?> settings,
        CancellationToken cancellationToken,
        Action<IServiceCollection>? more = null
    )
    {
        var builder = RollupsHost.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection(settings);
        // Which service failed to stop, or did not in time.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Debug);
        more?.Invoke(builder.Services);
        builder.AddRollupsNode(NodeServices.All);
        var host = builder.Build();
        await host.PrepareRollupsNodeAsync(cancellationToken);
        await host.StartAsync(cancellationToken);
        return new TestNode(host);
    }

    /// <summary>Waits until every queue of the services is there and bound.</summary>
    public Task UntilBusIsUpAsync(CancellationToken cancellationToken) =>
        Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, cancellationToken);

    public async Task RegisterAsync(string name, Address application, CancellationToken cancellationToken, string template = "echo:")
    {
        await using var scope = Services.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IRequestClient<RegisterApplication>>();
        var answer = await client.GetResponse<ApplicationRegistration, RegistrationRefused>(
            new RegisterApplication
            {
                Name = name,
                Application = application.ToString(),
                TemplateUri = template,
            },
            cancellationToken,
            RequestTimeout.After(s: 60)
        );
        answer.Is(out Response<RegistrationRefused>? refused).ShouldBeFalse(refused?.Message.Reason);
    }

    public Task<T> ReadAsync<T>(Func<RollupsDbContext, Task<T>> read) => ReadAsync(Services, read);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }

    private static async Task<T> ReadAsync<T>(IServiceProvider services, Func<RollupsDbContext, Task<T>> read)
    {
        await using var scope = services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<RollupsDbContext>());
    }
}
