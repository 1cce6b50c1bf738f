using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Rollups.Contracts;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Brokers;

/// <summary>The broker goes away and comes back.</summary>
[NeedsServers]
public sealed class BrokerOutageTests(PostgresServer postgres, RealServers servers) : IClassFixture<RealServers>, IAsyncLifetime
{
    private const int Applications = 4;
    private const int Count = 60;
    private readonly Received<EpochClosed> _received = new();

    private static CancellationToken Cancel => Patience.Token;

    private OwnServer Broker { get; set; } = null!;

    /// <summary>A test that failed may have left it halted.</summary>
    public async ValueTask InitializeAsync()
    {
        Broker = await servers.RabbitMqAsync();
        await Broker.ResumeAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task While_the_broker_is_down_commits_go_on_and_the_outbox_holds_what_it_then_drains_in_order()
    {
        using var settings = await SettingsAsync();
        await using var node = await StartAsync(settings);
        await node.ConnectedAsync();
        var committing = CommitAsync(node, from: 0, to: Count / 2);
        await _received.UntilAsync(1);
        await Broker.HaltAsync(Cancel);
        await committing;
        await CommitAsync(node, from: Count / 2, to: Count);
        (await node.ReadAsync(db => db.Outbox.CountAsync(Cancel))).ShouldBeGreaterThanOrEqualTo(Applications * Count / 2);
        var report = await node.HealthAsync(report => report.Status != HealthStatus.Healthy);
        report.Status.ShouldBe(HealthStatus.Degraded);
        report.Entries["bus-started"].Status.ShouldBe(HealthStatus.Healthy);

        await Broker.ResumeAsync(Cancel);
        await UntilAllReceivedInOrderAsync(node, settings);
        await node.HealthAsync(later => later.Status == HealthStatus.Healthy);
        (await node.ReadAsync(db => db.DeadOutbox.CountAsync(Cancel))).ShouldBe(0);
    }

    [Fact]
    public async Task Connections_that_are_cut_again_and_again_lose_nothing_and_keep_the_order()
    {
        using var settings = await SettingsAsync();
        await using var node = await StartAsync(settings);
        await node.ConnectedAsync();
        const int Step = 20;
        for (var from = 0; from < Count; from += Step)
        {
            var committing = CommitAsync(node, from, from + Step);
            while (await settings.Broker.CloseConnectionsAsync(Cancel) == 0)
                await Task.Delay(50, Cancel);
            await committing;
        }

        await UntilAllReceivedInOrderAsync(node, settings);
    }

    [Fact]
    public async Task A_node_that_starts_without_its_broker_is_not_ready_and_becomes_so_when_the_broker_comes()
    {
        using var settings = await SettingsAsync();
        await Broker.HaltAsync(Cancel);
        await using var node = await StartAsync(settings);
        await node.CommitAsync(Events.Closed(1, 1));
        var report = await node.HealthAsync(_ => true);
        report.Entries["bus-started"].Status.ShouldBe(HealthStatus.Unhealthy);
        report.Status.ShouldBe(HealthStatus.Unhealthy);

        await Broker.ResumeAsync(Cancel);
        await node.HealthAsync(later => later.Status == HealthStatus.Healthy);
        await _received.UntilAsync(1);
    }

    [Fact]
    public async Task A_broker_that_stands_still_under_the_first_sends_of_all_lanes_is_given_everything_later()
    {
        const int Lanes = 40;
        using var settings = await SettingsAsync();
        await using var node = await StartAsync(settings);
        await node.ConnectedAsync();
        await Broker.PauseAsync(Cancel);
        try
        {
            // All declare the same exchange on the same channel first, and none gets an answer.
            await Task.WhenAll(
                Enumerable
                    .Range(1, Lanes)
                    .Select(application => node.CommitAsync(Events.Closed(application, 0), Events.Closed(application, 1)))
            );
            await node.HealthAsync(report => report.Entries["broker"].Status == HealthStatus.Degraded);
        }
        finally
        {
            await Broker.ContinueAsync(Cancel);
        }

        await node.Outbox.WaitUntilEmptyAsync(Cancel);
        await _received.UntilAsync(messages => Events.Distinct(messages) == 2 * Lanes);
        foreach (var events in _received.Messages.GroupBy(message => message.Application))
            events.Select(message => (int)message.EpochIndex).Distinct().ShouldBe([0, 1]);
        settings.Log.OfEvent(132).ShouldBeEmpty();
        await node.HealthAsync(later => later.Status == HealthStatus.Healthy);
    }

    private async Task<TestSettings> SettingsAsync() =>
        TestSettings.OnServers(await postgres.NameDatabaseAsync(Cancel), await RabbitMqServer.CreateVirtualHostAsync(Broker, Cancel));

    private Task<TestNode> StartAsync(TestSettings settings) =>
        TestNode.StartAsync(settings, services => services.AddSingleton(_received), RecordingConsumer<EpochClosed>.Add);

    private static Task CommitAsync(TestNode node, int from, int to) =>
        Task.WhenAll(
            Enumerable
                .Range(1, Applications)
                .Select(async application =>
                {
                    for (var epoch = from; epoch < to; epoch++)
                        await node.CommitAsync(Events.Closed(application, epoch));
                })
        );

    /// <summary>Copies are allowed: a confirmation may be lost with its connection.</summary>
    private async Task UntilAllReceivedInOrderAsync(TestNode node, TestSettings settings)
    {
        await node.Outbox.WaitUntilEmptyAsync(Cancel);
        try
        {
            await _received.UntilAsync(messages => Events.Distinct(messages) == Applications * Count);
        }
        catch (OperationCanceledException)
        {
            // The reason is in one of these: a queue without consumer, messages in somebody's hand, a service that is not ready.
            var queues = await settings.Broker.Management.GetStringAsync(
                $"api/queues/{settings.Broker.Name}?columns=name,messages_ready,messages_unacknowledged,consumers",
                CancellationToken.None
            );
            var report = await node.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(CancellationToken.None);
            Assert.Fail(
                $"{_received.Messages.Count} messages came; queues: {queues}; "
                    + string.Join("; ", report.Entries.Select(entry => $"{entry.Key} {entry.Value.Status} {entry.Value.Description}"))
                    + Environment.NewLine
                    + string.Join(Environment.NewLine, settings.Log.Lines.TakeLast(30).Select(line => line.Text))
            );
        }

        foreach (var events in _received.Messages.GroupBy(message => message.Application))
            events.Select(message => (int)message.EpochIndex).Distinct().ShouldBe(Enumerable.Range(0, Count));
    }
}
