using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using RabbitMQ.Client;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>
/// Whoever may publish to the broker sends a whole node what no service has sent: forged, stale, replayed, oversized, of wrong types, of
/// nobody, with absurd indexes.
/// </summary>
[NeedsServers]
[Collection(nameof(EventLossTests.Alone))]
public sealed class HostileMessageTests(AnvilChain anvil, PostgresServer postgres, RabbitMqServer rabbit) : IClassFixture<AnvilChain>
{
    private const string Envelope = "application/vnd.masstransit+json";
    private const string Zero = "0x0000000000000000000000000000000000000000000000000000000000000000";

    private static readonly Dictionary<string, string> Exchanges = new()
    {
        ["epoch.opened"] = "EpochOpened",
        ["epoch.closed"] = "EpochClosed",
        ["epoch.inputs_processed"] = "EpochInputsProcessed",
        ["epoch.claim_calculated"] = "EpochClaimCalculated",
        ["epoch.claim_submitted"] = "EpochClaimSubmitted",
        ["epoch.claim_accepted"] = "EpochClaimAccepted",
        ["epoch.claim_rejected"] = "EpochClaimRejected",
        ["input.received"] = "InputReceived",
        ["app.registered"] = "AppRegistered",
        [CommandQueues.RegisterApplication] = "RegisterApplication",
        [CommandQueues.GetEpochLifecycle] = "GetEpochLifecycle",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_that_is_stored_changes_nothing_crashes_and_the_node_goes_on()
    {
        var story = new Story(anvil, Cancel);
        var folder = Directory.CreateTempSubdirectory("rollups-hostile-");
        var broker = await rabbit.CreateVirtualHostAsync(Cancel);
        var settings = TestNode.Settings(anvil.Anvil, folder.FullName);
        settings["Database:Provider"] = "postgresql";
        settings["Database:ConnectionString"] = await postgres.CreateDatabaseAsync(Cancel);
        // Nothing is put right by a sync behind the test's back.
        foreach (var service in (string[])["EvmReader", "Advancer", "Validator", "Claimer", "Lifecycle"])
            settings[$"Services:{service}:SyncInterval"] = "01:00:00";
        foreach (var (key, value) in broker.Settings)
            settings[key] = value;
        using var ignored = new IgnoredEvents();
        await using (var node = await TestNode.StartAsync(settings, Cancel))
        {
            await node.UntilBusIsUpAsync(Cancel);
            var app = await story.DeployAsync();
            await node.RegisterAsync("echo", app, Cancel);
            await story.MineToBlockBeforeAsync(phase: 3);
            await story.SendAsync(app, "before");
            await story.EndEpochAsync();
            await story.UntilAsync(
                () => node.ReadAsync(db => db.EpochLifecycles.AsNoTracking().ToListAsync(Cancel)),
                sagas => sagas.Count == 1 && Story.IsWhole(sagas[0])
            );
            var before = await StoredAsync(node);

            var sent = await AttackAsync(broker, app.ToString(), before.Epoch);
            (await StoredAsync(node)).Rows.ShouldBe(before.Rows);
            // The first one fills pools of buffers; nothing is kept of the second, once what is still in hand has gone its way.
            var memory = GC.GetTotalMemory(forceFullCollection: true);
            sent += await AttackAsync(broker, app.ToString(), before.Epoch);
            await story.UntilAsync(
                () => Task.FromResult(GC.GetTotalMemory(forceFullCollection: true) - memory),
                grown => grown < 50_000_000
            );
            (await StoredAsync(node)).Rows.ShouldBe(before.Rows);

            await story.SendAsync(app, "after");
            await story.EndEpochAsync();
            await story.UntilAsync(
                () => node.ReadAsync(db => db.EpochLifecycles.AsNoTracking().ToListAsync(Cancel)),
                sagas => sagas.Count == 2 && sagas.TrueForAll(Story.IsWhole)
            );
            (await story.SettledAsync(node, expected: 2)).ShouldAllBe(epoch => epoch.Status == EpochStatus.ClaimAccepted);
            foreach (
                var queue in (string[])
                    [
                        "advancer",
                        "validator-epoch-inputs-processed",
                        "claimer-epoch-claim-calculated",
                        "lifecycle-epoch",
                        "evm-reader-app-registered",
                        "evm-reader-epoch-inputs-processed",
                        CommandQueues.RegisterApplication,
                        CommandQueues.GetEpochLifecycle,
                    ]
            )
                (await broker.PeekCountAsync(queue + "_error", Cancel)).GetValueOrDefault().ShouldBeGreaterThan(0, queue);
            foreach (var queue in (await broker.QueuesAsync(Cancel)).Where(queue => queue.EndsWith("_skipped", StringComparison.Ordinal)))
                (await broker.PeekCountAsync(queue, Cancel)).GetValueOrDefault().ShouldBe(0, queue);
            foreach (var service in (string[])["advancer", "validator", "claimer"])
            {
                ignored.Of(service, "unknown_application").ShouldBeGreaterThan(0, service);
                ignored.Of(service, "other_chain").ShouldBeGreaterThan(0, service);
            }

            foreach (var reason in (string[])["unknown_epoch", "not_confirmed", "other_chain"])
                ignored.Of("lifecycle", reason).ShouldBeGreaterThan(0, reason);
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{sent} hostile messages; in error queues: {await broker.MessagesInErrorQueuesAsync(Cancel)}"
            );
        }

        folder.Delete(recursive: true);
    }

    private static async Task<int> AttackAsync(RabbitMqVirtualHost broker, string application, ulong epoch)
    {
        var factory = new ConnectionFactory
        {
            HostName = broker.Host,
            Port = broker.Port,
            VirtualHost = broker.Name,
            UserName = broker.Username,
            Password = broker.Password,
        };
        await using var connection = await factory.CreateConnectionAsync(Cancel);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
            Cancel
        );
        var sent = 0;
        foreach (var (exchange, type) in Exchanges)
        {
            foreach (
                var body in (string[])
                    [
                        "no JSON",
                        "{}",
                        "[]",
                        "null",
                        "",
                        new string('[', 10_000),
                        Enveloped(type, "{}"),
                        Enveloped(type, "null"),
                        Enveloped(type, """{"chainId":"one","application":7,"epochIndex":-1}"""),
                    ]
            )
                await PublishAsync(exchange, body);
            await PublishAsync(exchange, new string('x', 4_000_000));
            foreach (
                var address in (string[])
                    [application, "0x00000000000000000000000000000000000000ff", "not an address", new string('a', 300_000), ""]
            )
            {
                foreach (var chain in (ulong[])[31337, 1, ulong.MaxValue])
                {
                    foreach (var index in (ulong[])[epoch, epoch + 1, ulong.MaxValue])
                        await PublishAsync(exchange, Enveloped(type, Event(chain, address, index)));
                }
            }

            // The same message, many times.
            var replay = Enveloped(type, Event(31337, application, epoch));
            for (var copy = 0; copy < 20; copy++)
                await PublishAsync(exchange, replay);
        }

        var queues = (await broker.QueuesAsync(Cancel)).Where(queue =>
            !queue.EndsWith("_error", StringComparison.Ordinal) && !queue.EndsWith("_skipped", StringComparison.Ordinal)
        );
        await Task.WhenAll(queues.Select(queue => broker.UntilEmptyAsync(queue, Cancel)));
        return sent;

        async Task PublishAsync(string exchange, string body)
        {
            sent++;
            await channel.BasicPublishAsync(
                exchange,
                "",
                mandatory: false,
                new BasicProperties { ContentType = Envelope },
                System.Text.Encoding.UTF8.GetBytes(body),
                Cancel
            );
        }
    }

    private static string Enveloped(string type, string message) =>
        $$"""
            {"messageId":"{{Guid.NewGuid()}}","conversationId":"{{Guid.NewGuid()}}",
            "messageType":["urn:message:Rollups.Contracts:{{type}}"],"message":{{message}}}
            """;

    /// <summary>Has the fields of every message.</summary>
    private static string Event(ulong chain, string application, ulong index) =>
        new JsonObject
        {
            ["chainId"] = chain,
            ["application"] = application,
            ["applicationName"] = "forged",
            ["epochIndex"] = index,
            ["occurredAt"] = "0001-01-01T00:00:00Z",
            ["firstBlock"] = index,
            ["lastBlock"] = index,
            ["inputIndexLowerBound"] = index,
            ["inputIndexUpperBound"] = index,
            ["firstInputIndex"] = index,
            ["lastInputIndex"] = index,
            ["machineHash"] = Zero,
            ["outputsMerkleRoot"] = Zero,
            ["acceptedOutputsMerkleRoot"] = Zero,
            ["transactionHash"] = Zero,
            ["reason"] = "forged",
            ["reasonKind"] = "FAILED",
            ["consensus"] = Zero[..42],
            ["consensusType"] = "AUTHORITY",
            ["name"] = application,
            ["templateUri"] = "echo:",
        }.ToJsonString();

    /// <summary>Every row of the tables that matter, and the index of the epoch.</summary>
    private static Task<(string Rows, ulong Epoch)> StoredAsync(TestNode node) =>
        node.ReadAsync(async db =>
        {
            // What the reading of L1 moves by itself is left out.
            var applications = await db
                .Applications.AsNoTracking()
                .Select(app => new
                {
                    app.Id,
                    app.Name,
                    app.State,
                    app.Reason,
                    app.ProcessedInputs,
                    app.TemplateUri,
                })
                .ToListAsync(Cancel);
            var epochs = await db.Epochs.AsNoTracking().OrderBy(row => row.Index).ToListAsync(Cancel);
            var rows = new object[]
            {
                applications,
                epochs,
                await db.Inputs.AsNoTracking().ToListAsync(Cancel),
                await db.Outputs.AsNoTracking().OrderBy(row => row.Index).ToListAsync(Cancel),
                await db.Transactions.AsNoTracking().ToListAsync(Cancel),
                await db.EpochLifecycles.AsNoTracking().ToListAsync(Cancel),
                await db.Outbox.CountAsync(Cancel),
                await db.DeadOutbox.CountAsync(Cancel),
            };
            return (string.Join('\n', rows.Select(row => JsonSerializer.Serialize(row))), epochs[0].Index);
        });
}
