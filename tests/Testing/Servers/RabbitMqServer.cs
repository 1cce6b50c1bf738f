using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Testcontainers.RabbitMq;

namespace Rollups.Testing;

/// <summary>
/// RabbitMQ with its management API for tests, as an assembly fixture: <c>[assembly: AssemblyFixture(typeof(RabbitMqServer))]</c>. It
/// starts with the first virtual host that is asked for: the one named by <see cref="Variable"/>, else an own one from the installed
/// package, else a container.
/// </summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    /// <summary>
    /// Environment variable with the address of a broker that is there already: http://USER:PASSWORD@HOST:MANAGEMENT-PORT/?amqp=PORT.
    /// </summary>
    public const string Variable = "ROLLUPS_TEST_RABBITMQ";

    private const string AmqpQuery = "?amqp=";

    private readonly Lazy<Task<RunningServer>> _server = new(StartAsync);

    /// <summary>Creates an empty virtual host that the user may use for everything.</summary>
    /// <exception cref="InvalidOperationException">There is no broker and none can be started.</exception>
    public async Task<RabbitMqVirtualHost> CreateVirtualHostAsync(CancellationToken cancellationToken = default)
    {
        var server = await _server.Value.WaitAsync(cancellationToken);
        return await CreateVirtualHostAsync(server.Address, cancellationToken);
    }

    /// <summary>Creates an empty virtual host on a test's own broker.</summary>
    public static Task<RabbitMqVirtualHost> CreateVirtualHostAsync(OwnServer broker, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(broker);
        return CreateVirtualHostAsync(broker.Address, cancellationToken);
    }

    private static async Task<RabbitMqVirtualHost> CreateVirtualHostAsync(string server, CancellationToken cancellationToken)
    {
        var address = new Uri(server);
        var user = address.UserInfo.Split(':');
        var host = new RabbitMqVirtualHost(
            $"rollups-{Guid.NewGuid():N}",
            address.Host,
            ushort.Parse(address.Query.AsSpan(AmqpQuery.Length), CultureInfo.InvariantCulture),
            user[0],
            user[1],
            Management(address)
        );
        (await host.Management.PutAsync($"api/vhosts/{host.Name}", null, cancellationToken)).EnsureSuccessStatusCode();
        (
            await host.Management.PutAsJsonAsync(
                $"api/permissions/{host.Name}/{host.Username}",
                new
                {
                    configure = ".*",
                    write = ".*",
                    read = ".*",
                },
                cancellationToken
            )
        ).EnsureSuccessStatusCode();
        return host;
    }

    /// <summary>Stops the broker, where this process has started it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _server.Value.IsCompletedSuccessfully)
            await (await _server.Value).StopAsync();
    }

    private static HttpClient Management(Uri address)
    {
        var client = new HttpClient
        {
            BaseAddress = new UriBuilder(address)
            {
                UserName = "",
                Password = "",
                Query = "",
            }.Uri,
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes(address.UserInfo))
        );
        return client;
    }

    private static async Task<RunningServer> StartAsync() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } address
            ? RunningServer.Given(address)
            : await ServerScript.StartAsync("rabbitmq") ?? await StartContainerAsync();

    private static async Task<RunningServer> StartContainerAsync()
    {
        const int management = 15672;
        var container = new RabbitMqBuilder("rabbitmq:3.13-management")
            .WithUsername("guest")
            .WithPassword("guest")
            .WithPortBinding(management, assignRandomHostPort: true)
            .Build();
        await container.StartAsync();
        var managed = container.GetMappedPublicPort(management);
        var amqp = container.GetMappedPublicPort(RabbitMqBuilder.RabbitMqPort);
        return new RunningServer($"http://guest:guest@{container.Hostname}:{managed}/{AmqpQuery}{amqp}", container.DisposeAsync);
    }
}
