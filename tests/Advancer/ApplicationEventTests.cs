using MassTransit;
using Rollups.Advancer.Tests.Hosts;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Advancer.Tests;

/// <summary>
/// The whole service on a bus: events in, results stored. No fallback sync runs here, so what happens happens by an event or by the look at
/// a binding.
/// </summary>
public sealed class ApplicationEventTests : OnDatabase, IDisposable
{
    private static readonly string[] ErrorQueues = ["advancer_error", "advancer_skipped"];

    // An event that reaches nobody would be waited for for ever.
    private readonly CancellationTokenSource _patience = CancellationTokenSource.CreateLinkedTokenSource(
        TestContext.Current.CancellationToken
    );

    public ApplicationEventTests() => _patience.CancelAfter(Hang.Limit);

    private CancellationToken Cancel => _patience.Token;

    public void Dispose() => _patience.Dispose();

    [Theory]
    [OnBothDatabases]
    public async Task Events_that_come_twice_in_the_wrong_order_or_unreadable_run_every_input_once(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        await host.StartAsync();
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "one", "two");
        await host.AddEpochAsync(app, EpochStatus.Closed, "three");

        await host.Bus.Publish(Received(app) with { Application = "not an address" }, Cancel);
        foreach (var message in (object[])[Closed(app, 1), Received(app), Closed(app, 0), Received(app), Closed(app, 1), Closed(app, 7)])
            await host.Bus.Publish(message, Cancel);
        await host.Machines.UntilAdoptedAsync(2, Cancel);

        await host.ShouldStandAsIfRunOnceAsync(app);
        host.Machines.Runs.Select(run => run.Input).ShouldBe([0UL, 1UL, 2UL]);
    }

    [Fact]
    public async Task Disabling_frees_the_machine_at_once_and_enabling_runs_what_has_come_since()
    {
        var host = await HostAsync(DatabaseKind.Sqlite);
        await host.StartAsync();
        var app = await host.AddApplicationAsync();
        await AnnounceAsync(host, app);
        await host.Machines.UntilAdoptedAsync(0, Cancel);
        await host.SetStateAsync(app, ApplicationState.Disabled);

        await host.Bus.Publish(
            new AppDisabled
            {
                ChainId = 31337,
                Application = app.Address.ToString(),
                ApplicationName = app.Name,
                OccurredAt = DateTimeOffset.UnixEpoch,
            },
            Cancel
        );
        while (host.Machines.Open > 0)
            await Task.Delay(10, Cancel);
        await AnnounceAsync(host, app);
        await host.SetStateAsync(app);
        await host.Bus.Publish(
            new AppEnabled
            {
                ChainId = 31337,
                Application = app.Address.ToString(),
                ApplicationName = app.Name,
                OccurredAt = DateTimeOffset.UnixEpoch,
            },
            Cancel
        );

        await host.Machines.UntilAdoptedAsync(1, Cancel);
        await host.ShouldStandAsIfRunOnceAsync(app);
    }

    [Fact]
    [NeedsServers]
    public async Task With_two_replicas_every_event_reaches_the_owner_and_after_its_stop_the_heir()
    {
        var broker = await BrokerAsync();
        ServiceHost[] replicas = [await HostAsync(broker), await HostAsync(broker)];
        foreach (var replica in replicas)
            await replica.StartAsync();
        var app = await replicas[0].AddApplicationAsync();

        await AnnounceAsync(replicas[0], app);
        var run = await Task.WhenAny(
            replicas.Select(async replica =>
            {
                await replica.Machines.UntilAdoptedAsync(0, Cancel);
                return replica;
            })
        );
        var owner = await run;
        var heir = replicas.Single(replica => replica != owner);
        for (var input = 1UL; input < 6; input++)
        {
            await AnnounceAsync(heir, app);
            await owner.Machines.UntilAdoptedAsync(input, Cancel);
        }

        heir.Machines.Runs.ShouldBeEmpty();
        await owner.DisposeAsync();
        await AnnounceAsync(heir, app);
        await heir.Machines.UntilAdoptedAsync(6, Cancel);
        await heir.ShouldStandAsIfRunOnceAsync(app);
    }

    [Fact]
    [NeedsServers]
    public async Task What_was_announced_while_the_broker_was_away_is_found_when_the_queue_is_bound_again()
    {
        var broker = await BrokerAsync();
        var host = await HostAsync(broker);
        await host.StartAsync();
        var app = await host.AddApplicationAsync();
        await AnnounceAsync(host, app);
        await host.Machines.UntilAdoptedAsync(0, Cancel);

        await host.AddEpochAsync(app, EpochStatus.Closed, "lost");
        await broker.CloseConnectionsAsync(Cancel);

        await host.Machines.UntilAdoptedAsync(1, Cancel);
    }

    [Fact]
    [NeedsServers]
    public async Task A_replica_takes_its_queue_with_it_and_leaves_what_nobody_can_read_in_the_services_error_queue()
    {
        var broker = await BrokerAsync();
        var host = await HostAsync(broker);
        await host.StartAsync();
        (await QueuesAsync(broker)).Except(ErrorQueues).ShouldHaveSingleItem().ShouldStartWith("advancer-");
        var app = await host.AddApplicationAsync();

        await host.Bus.Publish(Received(app) with { Application = "not an address" }, Cancel);
        // Messages are handled side by side: only so it is the first in the queue.
        await broker.UntilQueuedAsync("advancer_error", 1, Cancel);
        await broker.PublishRawAsync("epoch.closed", "no JSON", "application/vnd.masstransit+json", Cancel);
        await broker.PublishRawAsync("epoch.closed", "no content type", null, Cancel);
        await broker.PublishRawAsync(
            "epoch.closed",
            """{"messageType": ["urn:message:Elsewhere:OrderPlaced"], "message": {}}""",
            "application/vnd.masstransit+json",
            Cancel
        );
        await AnnounceAsync(host, app);
        await host.Machines.UntilAdoptedAsync(0, Cancel);
        await broker.UntilQueuedAsync("advancer_error", 3, Cancel);
        await broker.UntilQueuedAsync("advancer_skipped", 1, Cancel);
        await host.DisposeAsync();

        (await QueuesAsync(broker)).ShouldBe(ErrorQueues, ignoreOrder: true);
        (await broker.PeekCountAsync("advancer_error", Cancel)).ShouldBe(3);
        (await broker.PeekCountAsync("advancer_skipped", Cancel)).ShouldBe(1);
        var first = await broker.PeekAsync("advancer_error", Cancel);
        first.GetProperty("payload").GetString()!.ShouldContain("not an address");
        var headers = first.GetProperty("properties").GetProperty("headers");
        headers.GetProperty("MT-Fault-Message").GetString()!.ShouldContain("not an address");
        headers.GetProperty("MT-Fault-InputAddress").GetString()!.ShouldContain("advancer-");
    }

    /// <summary>Those of the Advancer; every process declares the command queues of the other services too.</summary>
    private async Task<List<string>> QueuesAsync(RabbitMqVirtualHost broker) =>
        [.. (await broker.QueuesAsync(Cancel)).Where(queue => queue.StartsWith("advancer", StringComparison.Ordinal))];

    [Fact]
    public async Task On_the_in_memory_bus_what_nobody_can_read_comes_to_the_same_error_queue()
    {
        var host = await HostAsync(DatabaseKind.Sqlite);
        await host.StartAsync();
        var app = await host.AddApplicationAsync();
        var failed = new TaskCompletionSource<InputReceived>(TaskCreationOptions.RunContinuationsAsynchronously);
        var errors = host.Bus.ConnectReceiveEndpoint(
            "advancer_error",
            endpoint =>
                endpoint.Handler<InputReceived>(context =>
                {
                    failed.TrySetResult(context.Message);
                    return Task.CompletedTask;
                })
        );
        await errors.Ready.WaitAsync(Cancel);

        await host.Bus.Publish(Received(app) with { Application = "not an address" }, Cancel);

        (await failed.Task.WaitAsync(Cancel)).Application.ShouldBe("not an address");
    }

    private Task<ServiceHost> HostAsync(RabbitMqVirtualHost broker) =>
        HostAsync(DatabaseKind.Postgresql, [.. broker.Settings.Select(setting => (setting.Key, setting.Value!))]);

    private static async Task<RabbitMqVirtualHost> BrokerAsync()
    {
        var server =
            await TestContext.Current.GetFixture<RabbitMqServer>()
            ?? throw new InvalidOperationException("The assembly has no RabbitMqServer.");
        return await server.CreateVirtualHostAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A new input in an epoch of its own, and the event that says so.</summary>
    private async Task AnnounceAsync(ServiceHost host, Application app)
    {
        await host.AddEpochAsync(app, EpochStatus.Closed, "payload");
        await host.Bus.Publish(Received(app), Cancel);
    }

    private static InputReceived Received(Application app) =>
        new()
        {
            ChainId = 31337,
            Application = app.Address.ToString(),
            ApplicationName = app.Name,
            FirstInputIndex = 0,
            LastInputIndex = 0,
            LastBlock = 9,
            OccurredAt = DateTimeOffset.UnixEpoch,
        };

    private static EpochClosed Closed(Application app, ulong epoch) =>
        new()
        {
            ChainId = 31337,
            Application = app.Address.ToString(),
            ApplicationName = app.Name,
            EpochIndex = epoch,
            InputIndexLowerBound = 0,
            InputIndexUpperBound = 1,
            OccurredAt = DateTimeOffset.UnixEpoch,
        };
}
