using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Rollups.Contracts;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Brokers;

/// <summary>The node measures the queues of its services on the broker, also of those that are away.</summary>
[NeedsServers]
public sealed class QueueMetricsTests(PostgresServer postgres, RabbitMqServer rabbit)
{
    private const string Queue = "recorder-epochclosed";
    private const int Events = 25;
    private const int Away = 140;

    private static CancellationToken Cancel => Patience.Token;

    [Fact]
    public async Task Depth_and_age_rise_while_a_service_is_away_and_fall_when_it_is_back()
    {
        using var gauges = new QueueGauges();
        using var settings = await SettingsAsync();
        // The queue and its binding, and nobody who takes from it.
        await Task.Run(OnceAsync, Cancel);
        await using var node = await StartAsync(settings);
        await node.ConnectedAsync();
        await gauges.UntilAsync("depth", Queue, depth => depth == 0);
        gauges.Read("age", Queue).ShouldBeNull();

        var began = DateTimeOffset.UtcNow;
        for (var i = 0; i < Events; i++)
            await node.CommitAsync(Nodes.Events.Closed(1, i));
        await gauges.UntilAsync("depth", Queue, depth => depth == Events);
        gauges.Read("consumers", Queue).ShouldBe(0);
        var age = await gauges.UntilAsync("age", Queue, age => age >= 2);
        // The broker keeps the second alone.
        age!.Value.ShouldBeLessThan((DateTimeOffset.UtcNow - began).TotalSeconds + 1.1);

        var received = new Received<EpochClosed>();
        await using var service = await StartAsync(settings, received);
        await received.UntilAsync(Events);
        await gauges.UntilAsync("depth", Queue, depth => depth == 0);
        await gauges.UntilAsync("consumers", Queue, consumers => consumers == 1);
        await gauges.UntilAsync("age", Queue, age => age is null);

        async Task OnceAsync()
        {
            await using var once = await StartAsync(settings, new Received<EpochClosed>());
            await once.ConnectedAsync();
        }
    }

    [Fact]
    public async Task A_message_that_could_not_be_handled_is_seen_in_the_error_queue_with_its_age()
    {
        using var gauges = new QueueGauges();
        using var settings = await SettingsAsync();
        await using var node = await StartFailingAsync(settings);
        await node.ConnectedAsync();
        await node.CommitAsync(Nodes.Events.Closed(1, 1));

        await gauges.UntilAsync("depth", Queue + "_error", depth => depth == 1);
        await gauges.UntilAsync("age", Queue + "_error", age => age >= 1);
        gauges.Read("consumers", Queue + "_error").ShouldBe(0);
    }

    [Fact]
    public async Task A_management_api_that_is_away_costs_the_series_and_one_line_in_the_log_and_nothing_else()
    {
        using var gauges = new QueueGauges();
        using var settings = await SettingsAsync();
        var (real, nobody) = (settings.Broker.Management.BaseAddress!.Port, Devnet.AnvilProcess.FreePort());
        var port = real;
        await using var line = TcpRelay.Start(() => Volatile.Read(ref port));
        settings.Values["Messaging:RabbitMq:ManagementAddress"] = $"http://127.0.0.1:{line.Port}";
        var received = new Received<EpochClosed>();
        await using var node = await StartAsync(settings, received);
        await node.ConnectedAsync();
        await gauges.UntilAsync("depth", Queue, depth => depth == 0);

        for (var times = 1; times <= 2; times++)
        {
            Volatile.Write(ref port, nobody);
            line.Cut();
            await gauges.UntilAsync("depth", Queue, depth => depth is null);
            (await node.HealthAsync(_ => true)).Status.ShouldBe(HealthStatus.Healthy);
            await node.CommitAsync(Nodes.Events.Closed(1, times));
            await received.UntilAsync(times);
            // It is asked again and again meanwhile.
            var asked = line.Accepted;
            while (line.Accepted < asked + 3)
                await Task.Delay(100, Cancel);
            var said = settings.Log.OfEvent(Away).ToList();
            said.Count.ShouldBe(times);
            said.ShouldAllBe(line => line.Contains("cannot be reached") && !line.Contains(Password));

            Volatile.Write(ref port, real);
            await gauges.UntilAsync("depth", Queue, depth => depth == 0);
        }
    }

    private static string Password => "guest";

    private async Task<TestSettings> SettingsAsync()
    {
        var settings = await TestSettings.OnServersAsync(postgres, rabbit);
        foreach (var (name, value) in settings.Broker.ManagementSettings)
            settings.Values[name] = value;
        return settings;
    }

    private static Task<TestNode> StartAsync(TestSettings settings, Received<EpochClosed>? received = null) =>
        TestNode.StartAsync(
            settings,
            services =>
            {
                services.AddSingleton(Recorder);
                if (received is not null)
                    services.AddSingleton(received);
            },
            received is null ? null : RecordingConsumer<EpochClosed>.Add
        );

    private static Task<TestNode> StartFailingAsync(TestSettings settings) =>
        TestNode.StartAsync(
            settings,
            services => services.AddSingleton(Recorder),
            bus => bus.AddConsumer<FailingConsumer>().Endpoint(endpoint => endpoint.Name = Queue)
        );

    private static FallbackSync Recorder => new("recorder", TimeSpan.FromSeconds(30), (_, _) => Task.CompletedTask);

    private sealed class FailingConsumer : IConsumer<EpochClosed>
    {
        // Malformed: never tried again.
        public Task Consume(ConsumeContext<EpochClosed> context) => throw new FormatException("Not to be read.");
    }
}
