using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Rollups.Contracts;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Brokers;

/// <summary>The broker is connected and takes no message: that is an outage, of which no message is guilty.</summary>
[NeedsServers]
public sealed class UnwillingBrokerTests(PostgresServer postgres, RealServers servers) : IClassFixture<RealServers>
{
    private const int Count = 5;
    private readonly Received<EpochClosed> _received = new();

    private static CancellationToken Cancel => Patience.Token;

    [Theory]
    [InlineData("set_disk_free_limit", "1000000GB", "50MB")]
    [InlineData("set_vm_memory_high_watermark", "0.0000001", "0.2")]
    public async Task An_alarm_of_the_broker_sets_no_message_aside(string command, string alarming, string normal)
    {
        var broker = await servers.RabbitMqAsync();
        using var settings = TestSettings.OnServers(
            await postgres.CreateDatabaseAsync(Cancel),
            await RabbitMqServer.CreateVirtualHostAsync(broker, Cancel)
        );
        await using var node = await StartAsync(settings);
        try
        {
            await broker.ControlAsync(command, alarming);
            await ShouldWaitAsync(node, settings, "does not confirm messages");
        }
        finally
        {
            await broker.ControlAsync(command, normal);
        }

        await ShouldDrainAsync(node);
    }

    [Fact]
    public async Task A_revoked_right_to_write_sets_no_message_aside()
    {
        var user = await RabbitMqUser.CreateAsync(
            await RabbitMqServer.CreateVirtualHostAsync(await servers.RabbitMqAsync(), Cancel),
            Cancel
        );
        using var settings = TestSettings.OnServers(await postgres.CreateDatabaseAsync(Cancel), user.Host);
        await using var node = await StartAsync(settings);
        // All but the event's own exchange: the node is connected with all its queues.
        await user.GrantAsync(Cancel, write: @"^(?!epoch\.closed$)");
        await user.Host.CloseConnectionsAsync(Cancel);
        await ShouldWaitAsync(node, settings, "access to exchange 'epoch.closed'");

        await user.GrantAsync(Cancel);
        await ShouldDrainAsync(node);
    }

    [Fact]
    public async Task A_message_that_is_too_large_for_the_broker_is_charged_with_it_and_stops_no_other()
    {
        const int Usual = 134_217_728;
        var broker = await servers.RabbitMqAsync();
        using var settings = TestSettings.OnServers(
            await postgres.CreateDatabaseAsync(Cancel),
            await RabbitMqServer.CreateVirtualHostAsync(broker, Cancel)
        );
        await using var node = await StartAsync(settings);
        var large = Events.Closed(1, 0) with { ApplicationName = new string('x', 20_000) };
        try
        {
            await LimitAsync(10_000);
            await node.CommitAsync(large);
            while (!await node.ReadAsync(db => db.Outbox.AnyAsync(message => message.Attempts > 1, Cancel)))
                await Task.Delay(50, Cancel);
            await node.CommitAsync(Events.Closed(2, 0));
            await _received.UntilAsync(1);
            _received.Messages.ShouldHaveSingleItem().Application.ShouldBe(Events.Application(2));
            settings.Log.OfEvent(132).ShouldAllBe(line => line.Contains("larger than configured max size", StringComparison.Ordinal));
        }
        finally
        {
            await LimitAsync(Usual);
        }

        await _received.UntilAsync(2);
        await node.Outbox.WaitUntilEmptyAsync(Cancel);
        await node.HealthAsync(report => report.Status == HealthStatus.Healthy);

        // A channel asks for the limit when it opens.
        async Task LimitAsync(int bytes)
        {
            await broker.ControlAsync("eval", $"application:set_env(rabbit, max_message_size, {bytes}).");
            await settings.Broker.CloseConnectionsAsync(Cancel);
        }
    }

    private async Task<TestNode> StartAsync(TestSettings settings)
    {
        var node = await TestNode.StartAsync(settings, services => services.AddSingleton(_received), RecordingConsumer<EpochClosed>.Add);
        await node.ConnectedAsync();
        return node;
    }

    /// <summary>Commits go on, the messages wait, none is charged, and readiness says why.</summary>
    private static async Task ShouldWaitAsync(TestNode node, TestSettings settings, string why)
    {
        for (var epoch = 0; epoch < Count; epoch++)
            await node.CommitAsync(Events.Closed(1, epoch), Events.Closed(2, epoch));
        var report = await node.HealthAsync(report =>
            report.Entries["broker"].Description?.Contains(why, StringComparison.Ordinal) == true
        );
        report.Status.ShouldBe(HealthStatus.Degraded);
        settings.Log.OfEvent(131).ShouldContain(line => line.Contains(why, StringComparison.Ordinal));
        settings.Log.OfEvent(132).ShouldBeEmpty();
        (await node.ReadAsync(db => db.Outbox.CountAsync(message => message.Attempts == 0, Cancel))).ShouldBe(2 * Count);
    }

    private async Task ShouldDrainAsync(TestNode node)
    {
        await node.Outbox.WaitUntilEmptyAsync(Cancel);
        await _received.UntilAsync(messages => Events.Distinct(messages) == 2 * Count);
        foreach (var events in _received.Messages.GroupBy(message => message.Application))
            events.Select(message => (int)message.EpochIndex).Distinct().ShouldBe(Enumerable.Range(0, Count));
        (await node.ReadAsync(db => db.DeadOutbox.CountAsync(Cancel))).ShouldBe(0);
        await node.HealthAsync(later => later.Status == HealthStatus.Healthy);
    }
}
