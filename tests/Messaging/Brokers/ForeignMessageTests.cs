using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using Rollups.Contracts;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Brokers;

/// <summary>What other programs may put into the node's exchanges.</summary>
[NeedsServers]
public sealed class ForeignMessageTests(PostgresServer postgres, RabbitMqServer rabbit)
{
    private const string Queue = "recorder-epochclosed";
    private const string Exchange = "epoch.closed";
    private const string Envelope = "application/vnd.masstransit+json";

    private static CancellationToken Cancel => Patience.Token;

    public static TheoryData<string, string, string> Unreadable =>
        new()
        {
            { "no JSON", "this is no JSON", Envelope },
            { "no envelope", """{"epochIndex": 1}""", Envelope },
            { "a field of another type", Enveloped("""{"chainId": "one", "application": 7, "epochIndex": []}"""), Envelope },
            { "required fields missing", Enveloped("{}"), Envelope },
            { "an unknown content type", "<epoch/>", "text/xml" },
        };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task A_message_that_nobody_can_read_goes_to_the_error_queue_and_the_next_one_is_handled(
        string what,
        string payload,
        string contentType
    )
    {
        var received = new Received<EpochClosed>();
        using var settings = await TestSettings.OnServersAsync(postgres, rabbit);
        await using var node = await StartAsync(settings, received);

        await settings.Broker.PublishRawAsync(Exchange, payload, contentType, Cancel);
        await node.CommitAsync(Events.Closed(1, 2));
        await received.UntilAsync(1);

        received.Messages.ShouldHaveSingleItem().EpochIndex.ShouldBe(2UL, what);
        await settings.Broker.UntilQueuedAsync(Queue + "_error", cancellationToken: Cancel);
        (await settings.Broker.PeekCountAsync(Queue, Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task A_message_of_many_megabytes_goes_to_the_error_queue_and_the_next_one_is_handled()
    {
        var received = new Received<EpochClosed>();
        using var settings = await TestSettings.OnServersAsync(postgres, rabbit);
        await using var node = await StartAsync(settings, received);

        // By AMQP: the management API takes no body of more than some megabytes.
        await using (
            var connection = await new ConnectionFactory
            {
                HostName = settings.Broker.Host,
                Port = settings.Broker.Port,
                VirtualHost = settings.Broker.Name,
            }.CreateConnectionAsync(Cancel)
        )
        await using (var channel = await connection.CreateChannelAsync(cancellationToken: Cancel))
            await channel.BasicPublishAsync(
                Exchange,
                "",
                mandatory: false,
                new BasicProperties { ContentType = Envelope },
                new byte[32_000_000],
                Cancel
            );
        await node.CommitAsync(Events.Closed(1, 2));
        await received.UntilAsync(1);

        received.Messages.ShouldHaveSingleItem().EpochIndex.ShouldBe(2UL);
        await settings.Broker.UntilQueuedAsync(Queue + "_error", cancellationToken: Cancel);
    }

    [Fact]
    public async Task An_event_of_another_type_in_the_exchange_is_set_aside_and_the_next_one_is_handled()
    {
        var received = new Received<EpochClosed>();
        using var settings = await TestSettings.OnServersAsync(postgres, rabbit);
        await using var node = await StartAsync(settings, received);

        await settings.Broker.PublishRawAsync(
            Exchange,
            """
            {"messageId": "b4700000-94c7-0a58-0b02-08de2a6a3f5b", "messageType": ["urn:message:Elsewhere:OrderPlaced"],
            "message": {"order": 1}}
            """,
            Envelope,
            Cancel
        );
        await node.CommitAsync(Events.Closed(1, 2));
        await received.UntilAsync(1);

        received.Messages.ShouldHaveSingleItem().EpochIndex.ShouldBe(2UL);
        await settings.Broker.UntilQueuedAsync(Queue + "_skipped", cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_command_sent_before_its_service_is_up_waits_in_the_services_queue()
    {
        var script = new Script();
        var ran = new TaskCompletionSource<ulong>(TaskCreationOptions.RunContinuationsAsynchronously);
        script.Run = (context, _, _) =>
        {
            ran.TrySetResult(context.Message.EpochIndex);
            return Task.CompletedTask;
        };
        using var settings = await TestSettings.OnServersAsync(postgres, rabbit);
        // In a flow of its own: MassTransit's log context would outlive the sender's host.
        await Task.Run(() => SendAsync(settings, Events.Closed(1, 7)), Cancel);

        await using var service = await TestNode.StartAsync(
            settings,
            services => services.AddSingleton(script),
            bus => bus.AddConsumer<ScriptedConsumer, ScriptedConsumerDefinition>()
        );
        (await ran.Task.WaitAsync(Cancel)).ShouldBe(7UL);
    }

    private static async Task<TestNode> StartAsync(TestSettings settings, Received<EpochClosed> received)
    {
        var node = await TestNode.StartAsync(settings, services => services.AddSingleton(received), RecordingConsumer<EpochClosed>.Add);
        await node.ConnectedAsync();
        return node;
    }

    private static async Task SendAsync(TestSettings settings, EpochClosed command)
    {
        await using var sender = await TestNode.StartAsync(settings);
        await sender.ConnectedAsync();
        var queue = await sender.Bus.GetSendEndpoint(ScriptedConsumerDefinition.Queue);
        await queue.Send(command, Cancel);
    }

    private static string Enveloped(string message) =>
        $$"""
            {"messageId": "b4700000-94c7-0a58-0b02-08de2a6a3f5a", "messageType": ["urn:message:Rollups.Contracts:EpochClosed"],
            "message": {{message}}}
            """;
}
