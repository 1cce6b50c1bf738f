using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Brokers;

/// <summary>A process is killed hard at the two worst moments of the outbox.</summary>
[NeedsServers]
public sealed class KilledProcessTests(PostgresServer postgres, RabbitMqServer rabbit)
{
    private const int Count = 5;
    private const string Recorder = "recorder-epochclosed";
    private static readonly string Program = PublishedProgram.Find("Rollups.MortalNode.dll");

    private static CancellationToken Cancel => Patience.Token;

    [Fact]
    public async Task Events_of_a_process_killed_between_commit_and_publish_are_delivered_by_the_next_one()
    {
        using var settings = await PrepareAsync();
        await DieAsync(settings, "events-committed");

        var received = new Received<EpochClosed>();
        await using var node = await StartAsync(settings, received);
        await UntilToldAsync(node);
        await node.Outbox.WaitUntilEmptyAsync(Cancel);
        // A process may have been a moment quicker than its own end.
        received.Messages.Select(message => (int)message.EpochIndex).Distinct().ShouldBe(Enumerable.Range(1, Count));
    }

    [Fact]
    public async Task Events_of_a_process_killed_between_publish_and_removal_come_twice_and_change_the_saga_once()
    {
        using var settings = await PrepareAsync();
        await DieAsync(settings, "events-confirmed");
        (await settings.Broker.PeekCountAsync(Recorder, Cancel)).ShouldBe(Count);

        var received = new Received<EpochClosed>();
        await using var node = await StartAsync(settings, received);
        (await PendingAsync(node)).ShouldBeLessThanOrEqualTo(Count);
        await received.UntilAsync(2 * Count);
        await node.Outbox.WaitUntilEmptyAsync(Cancel);
        await UntilToldAsync(node);

        received.Messages.GroupBy(message => message.EpochIndex).ShouldAllBe(copies => copies.Count() == 2);
        // One more of another epoch: what came before it in the saga's queue is handled.
        await node.CommitAsync(Events.Closed(1, Count + 1));
        await UntilToldAsync(node, Count + 1);
        (await node.ReadAsync(db => db.EpochLifecycles.ToListAsync(Cancel))).ShouldAllBe(saga =>
            saga.Version == 1 && saga.RejectionReason == "x"
        );
    }

    /// <summary>A migrated database, and the queues with their bindings.</summary>
    private async Task<TestSettings> PrepareAsync()
    {
        var settings = await TestSettings.OnServersAsync(postgres, rabbit);
        await Task.Run(async () =>
        {
            await using var node = await StartAsync(settings, new Received<EpochClosed>());
            await node.ConnectedAsync();
        });
        return settings;
    }

    /// <summary>The mortal process has lived, committed and died, and its rows are still there.</summary>
    private static async Task DieAsync(TestSettings settings, string point)
    {
        string[] own = [Program, $"--DieAt={point}", $"--Events={Count}", $"--Application={Events.Application(1)}"];
        await using var process = ProgramProcess.Start(
            "dotnet",
            [.. own, .. settings.Values.Select(value => $"--{value.Key}={value.Value}")],
            new Dictionary<string, string>()
        );
        var exitCode = await process.WaitForExitAsync(Cancel);
        const int Sigkill = 128 + 9;
        exitCode.ShouldBe(Sigkill, string.Join(Environment.NewLine, process.Lines));
        await using var witness = await TestNode.BuildAsync(settings);
        (await PendingAsync(witness)).ShouldBe(Count);
    }

    private static Task<int> PendingAsync(TestNode node) =>
        node.ReadAsync(db => db.Outbox.CountAsync(message => message.MessageType.Contains("EpochClosed"), Cancel));

    private static Task<TestNode> StartAsync(TestSettings settings, Received<EpochClosed> received) =>
        TestNode.StartAsync(
            settings,
            services => services.AddSingleton(received),
            bus =>
            {
                bus.AddSagaStateMachine<CountingStateMachine, EpochLifecycleState, CountingSagaDefinition>().EntityFrameworkRepository();
                RecordingConsumer<EpochClosed>.Add(bus);
            }
        );

    private static async Task UntilToldAsync(TestNode node, int epochs = Count)
    {
        while (await node.ReadAsync(db => db.EpochLifecycles.CountAsync(Cancel)) < epochs)
            await Task.Delay(20, Cancel);
    }
}
