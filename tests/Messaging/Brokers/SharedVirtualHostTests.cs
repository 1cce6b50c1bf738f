using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Brokers;

/// <summary>What a node makes on its broker: names, prefixes and types of queues.</summary>
[NeedsServers]
public sealed class SharedVirtualHostTests(PostgresServer postgres, RabbitMqServer rabbit)
{
    private static CancellationToken Cancel => Patience.Token;

    [Fact]
    public async Task Two_nodes_with_different_prefixes_do_not_hear_each_other()
    {
        var host = await rabbit.CreateVirtualHostAsync(Cancel);
        var (one, two) = (new Received<EpochClosed>(), new Received<EpochClosed>());
        await using var first = await StartAsync(host, one, ("Prefix", "one."));
        await using var second = await StartAsync(host, two, ("Prefix", "two-"));
        await first.ConnectedAsync();
        await second.ConnectedAsync();

        await first.CommitAsync(Events.Closed(1, 7));
        await one.UntilAsync(1);
        await second.CommitAsync(Events.Closed(2, 8));
        await two.UntilAsync(1);
        await first.CommitAsync(Events.Closed(1, 9));
        await one.UntilAsync(2);

        // Each queue keeps its order, so a foreign event would have come before the node's own later one.
        one.Messages.Select(message => message.EpochIndex).ShouldBe([7UL, 9UL]);
        two.Messages.Select(message => message.EpochIndex).ShouldBe([8UL]);
        var durable = await host.DurableQueuesAsync(Cancel);
        durable.ShouldAllBe(name => name.StartsWith("one.") || name.StartsWith("two-"));
        durable.ShouldContain("one.evm-reader-register-application");
        var exchanges = await ExchangesAsync(host);
        exchanges.ShouldContain("one.epoch.closed");
        exchanges.ShouldContain("two-epoch.closed");
        exchanges.ShouldNotContain("epoch.closed");
    }

    [Fact]
    public async Task Every_event_has_its_exchange_and_every_command_its_queue_from_the_first_start()
    {
        var host = await rabbit.CreateVirtualHostAsync(Cancel);
        await using var node = await StartAsync(host, null);
        await node.ConnectedAsync();

        var exchanges = await ExchangesAsync(host);
        foreach (var name in BrokerTopology.Events)
            exchanges.ShouldContain(name);
        exchanges.ShouldContain("app.inoperable");
        exchanges.ShouldNotContain(name => name.Contains(':'));
        (await host.DurableQueuesAsync(Cancel)).Order().ShouldBe(BrokerTopology.Queues.Order());
    }

    [Fact]
    public async Task Quorum_queues_take_messages_and_their_errors()
    {
        var host = await rabbit.CreateVirtualHostAsync(Cancel);
        await using var node = await StartFailingAsync(host, ("QueueType", "quorum"));
        await node.ConnectedAsync();

        await node.CommitAsync(Events.Closed(1, 0));
        await host.UntilQueuedAsync("recorder_error", cancellationToken: Cancel);

        var types = await TypesAsync(host);
        foreach (var queue in (string[])["recorder", "recorder_error", .. BrokerTopology.Queues])
            types[queue].ShouldBe("quorum", queue);
    }

    [Fact]
    public async Task A_queue_of_another_type_has_one_clear_reason()
    {
        var host = await rabbit.CreateVirtualHostAsync(Cancel);
        await using (var classic = await StartAsync(host, null))
            await classic.ConnectedAsync();

        await using var quorum = await StartAsync(host, null, ("QueueType", "quorum"));
        var report = await quorum.HealthAsync(report => report.Entries["broker"].Data.ContainsKey(HealthReason.Key));

        var reason = report.Entries["broker"].Data[HealthReason.Key].ToString()!;
        reason.ShouldContain("inequivalent arg 'x-queue-type'");
        reason.ShouldContain("set Messaging:RabbitMq:QueueType (now quorum) to the type of the existing queues");
    }

    [Fact]
    public async Task A_host_that_is_away_is_passed_over()
    {
        var host = await rabbit.CreateVirtualHostAsync(Cancel);
        var received = new Received<EpochClosed>();
        await using var node = await StartAsync(host, received, ("Host", $"nowhere.invalid,{host.Host}"));
        await node.ConnectedAsync();

        await node.CommitAsync(Events.Closed(1, 0));
        await received.UntilAsync(1);
    }

    private async Task<TestNode> StartAsync(
        RabbitMqVirtualHost host,
        Received<EpochClosed>? received,
        params (string Name, string Value)[] broker
    )
    {
        var settings = await SettingsAsync(host, broker);
        return await TestNode.StartAsync(
            settings,
            services =>
            {
                if (received is not null)
                    services.AddSingleton(received);
            },
            received is null
                ? null
                : bus => bus.AddConsumer<RecordingConsumer<EpochClosed>>().Endpoint(endpoint => endpoint.Name = Queue(settings))
        );
    }

    private async Task<TestNode> StartFailingAsync(RabbitMqVirtualHost host, params (string Name, string Value)[] broker)
    {
        var settings = await SettingsAsync(host, broker);
        return await TestNode.StartAsync(
            settings,
            bus: bus => bus.AddConsumer<FailingConsumer>().Endpoint(endpoint => endpoint.Name = Queue(settings))
        );
    }

    private async Task<TestSettings> SettingsAsync(RabbitMqVirtualHost host, (string Name, string Value)[] broker)
    {
        var settings = TestSettings.OnServers(await postgres.CreateDatabaseAsync(Cancel), host);
        foreach (var (name, value) in broker)
            settings.Values[$"Messaging:RabbitMq:{name}"] = value;
        return settings;
    }

    private static string Queue(TestSettings settings) => settings.Values.GetValueOrDefault("Messaging:RabbitMq:Prefix") + "recorder";

    private static async Task<IReadOnlyList<string>> ExchangesAsync(RabbitMqVirtualHost host) =>
        [
            .. (await host.Management.GetFromJsonAsync<JsonArray>($"api/exchanges/{host.Name}", Cancel))!
                .Where(exchange =>
                    exchange!["durable"]!.GetValue<bool>()
                    && exchange["name"]!.GetValue<string>() is { Length: > 0 } name
                    && !name.StartsWith("amq.")
                )
                .Select(exchange => exchange!["name"]!.GetValue<string>()),
        ];

    private static async Task<Dictionary<string, string>> TypesAsync(RabbitMqVirtualHost host) =>
        (await host.Management.GetFromJsonAsync<JsonArray>($"api/queues/{host.Name}", Cancel))!.ToDictionary(
            queue => queue!["name"]!.GetValue<string>(),
            queue => queue!["type"]!.GetValue<string>()
        );

    private sealed class FailingConsumer : IConsumer<EpochClosed>
    {
        public Task Consume(ConsumeContext<EpochClosed> context) => throw new FormatException("malformed");
    }
}
