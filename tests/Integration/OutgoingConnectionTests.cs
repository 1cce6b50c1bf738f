using System.Net;
using System.Net.Sockets;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>A node talks to what its operator configured, and to nobody else: no library sends anything home.</summary>
[NeedsServers]
public sealed class OutgoingConnectionTests(AnvilChain anvil, PostgresServer postgres, RabbitMqServer rabbit) : IClassFixture<AnvilChain>
{
    [Fact]
    public async Task Listening_sees_names_requests_and_sockets()
    {
        var token = TestContext.Current.CancellationToken;
        using var seen = new OutgoingConnections();
        using var listener = new TcpListener(IPAddress.Parse("127.0.0.13"), 0);
        listener.Start();
        using (var socket = new TcpClient())
            await socket.ConnectAsync((IPEndPoint)listener.LocalEndpoint, token);
        using var http = new HttpClient();
        // Names that nobody has (RFC 2606).
        await Should.ThrowAsync<HttpRequestException>(() => http.GetAsync(new Uri("http://requested.invalid/"), token));
        await Should.ThrowAsync<SocketException>(() => Dns.GetHostAddressesAsync("looked-up.invalid", token));

        seen.Hosts.ShouldContain("127.0.0.13");
        seen.Strangers().ShouldBe(["requested.invalid", "looked-up.invalid"], ignoreOrder: true);
    }

    /// <summary>
    /// MassTransit reports its usage some minutes after the start, or where it is told so when the bus stops: that moment the test can wait
    /// for.
    /// </summary>
    [Theory]
    [InlineData("embedded")]
    [InlineData("postgresql and rabbitmq")]
    public async Task From_its_start_to_its_end_a_node_connects_to_nothing_that_is_not_configured(string deployment)
    {
        var token = TestContext.Current.CancellationToken;
        using var seen = new OutgoingConnections();
        var story = new Story(anvil, token);
        var folder = Directory.CreateTempSubdirectory("rollups-outgoing-");
        var (settings, _) = await Deployment.SettingsAsync(deployment, anvil, postgres, rabbit, folder, token);
        await using (
            var node = await TestNode.StartAsync(
                settings,
                token,
                services => services.Configure<UsageTelemetryOptions>(usage => usage.ReportOnShutdown = true)
            )
        )
        {
            var application = await story.DeployAsync();
            await node.RegisterAsync("echo", application, token);
            await node.UntilBusIsUpAsync(token);
            await story.SendAsync(application, "hello");
            await story.EndEpochAsync();
            (await story.SettledAsync(node, expected: 1)).ShouldAllBe(epoch => epoch.Status == EpochStatus.ClaimAccepted);
        }

        seen.Hosts.ShouldContain(anvil.Anvil.HttpEndpoint.Host);
        seen.Strangers("requested.invalid", "looked-up.invalid").ShouldBeEmpty();
        folder.Delete(recursive: true);
    }
}
