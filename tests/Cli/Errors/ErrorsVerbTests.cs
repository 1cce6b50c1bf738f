using System.Text.Json;
using RabbitMQ.Client;
using Rollups.Cli.Broker;
using Rollups.Cli.Database;
using Rollups.Cli.Errors;
using Rollups.Messaging;
using Rollups.Testing;

namespace Rollups.Cli.Tests.Errors;

/// <summary>Failed messages on a real broker: listed by cause, sent back, deleted.</summary>
[NeedsServers]
public sealed class ErrorsVerbTests
{
    private const string Queue = "validator-epoch-inputs-processed";
    private const string ErrorQueue = Queue + "_error";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_are_listed_by_cause_and_stay_where_they_are()
    {
        var host = await HostAsync();
        await FailAsync(host, ErrorQueue, 3, "System.FormatException", "Row 12 is malformed");
        await FailAsync(host, ErrorQueue, 1, "System.TimeoutException", "late");

        var causes = await JsonAsync(host, "errors", "list");
        causes.GetArrayLength().ShouldBe(2);
        causes[0].GetProperty("messages").GetInt32().ShouldBe(3);
        causes[0].GetProperty("error").GetString().ShouldBe("FormatException: Row 12 is malformed");
        causes[0].GetProperty("type").GetString().ShouldBe("EpochInputsProcessed");
        (await JsonAsync(host, "errors", "list", "--cause", causes[1].GetProperty("cause").GetString()!)).GetArrayLength().ShouldBe(1);
        (await host.PeekCountAsync(ErrorQueue, Cancel)).ShouldBe(4);
    }

    [Fact]
    public async Task A_retry_sends_the_chosen_ones_back_without_the_headers_of_their_failure()
    {
        var host = await HostAsync();
        await DeclareAsync(host, Queue);
        await FailAsync(host, ErrorQueue, 3, "System.FormatException", "malformed");
        await FailAsync(host, ErrorQueue, 2, "System.TimeoutException", "late");
        var cause = (await JsonAsync(host, "errors", "list"))[0].GetProperty("cause").GetString()!;

        var answer = await CliProcess.RunHereAsync(Variables(host), "errors", "retry", "--cause", cause);

        answer.ExitCode.ShouldBe(0, answer.Error);
        answer.Output.Trim().ShouldBe("3 messages sent back to the queue in which they failed.");
        (await host.PeekCountAsync(Queue, Cancel)).ShouldBe(3);
        (await host.PeekCountAsync(ErrorQueue, Cancel)).ShouldBe(2);
        var headers = (await host.PeekAsync(Queue, Cancel)).GetProperty("properties").GetProperty("headers");
        headers.TryGetProperty("MT-Fault-Message", out _).ShouldBeFalse();
        headers.GetProperty("kept").GetString().ShouldBe("yes");
    }

    [Fact]
    public async Task A_retry_that_dies_in_the_middle_loses_nothing()
    {
        var host = await HostAsync();
        await DeclareAsync(host, Queue);
        await FailAsync(host, ErrorQueue, 5, "System.FormatException", "malformed");
        NodeDatabase.Given.Value = CliProcess.ConfigurationOf(Variables(host));
        await NodeBroker.UseAsync(
            async broker =>
            {
                // As the command does it, up to its death: copied and confirmed, the original not yet deleted.
                await using var channel = await broker.OpenChannelAsync(Cancel);
                var got = await channel.BasicGetAsync(ErrorQueue, autoAck: false, Cancel);
                await channel.BasicPublishAsync("", Queue, mandatory: true, FailedMessage.Original(got!), got!.Body, Cancel);
                return 0;
            },
            Cancel
        );

        (await host.PeekCountAsync(Queue, Cancel)).ShouldBe(1);
        (await host.PeekCountAsync(ErrorQueue, Cancel)).ShouldBe(5);
        (await CliProcess.RunHereAsync(Variables(host), "errors", "retry", "--all")).ExitCode.ShouldBe(0);
        (await host.PeekCountAsync(Queue, Cancel)).ShouldBe(6);
        (await host.PeekCountAsync(ErrorQueue, Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task Messages_of_an_advancer_go_to_every_replica()
    {
        var host = await HostAsync();
        string[] replicas = [$"advancer-{new string('a', 32)}", $"advancer-{new string('b', 32)}"];
        foreach (var replica in replicas)
            await DeclareAsync(host, replica);
        await FailAsync(host, "advancer_error", 1, "System.FormatException", "malformed");

        var answer = await CliProcess.RunHereAsync(Variables(host), "errors", "retry", "--all");

        answer.ExitCode.ShouldBe(0, answer.Error);
        foreach (var replica in replicas)
            (await host.PeekCountAsync(replica, Cancel)).ShouldBe(1);
    }

    [Fact]
    public async Task A_queue_that_is_gone_is_refused_and_a_discard_deletes()
    {
        var host = await HostAsync();
        await FailAsync(host, "claimer-epoch-claim-calculated_skipped", 2, null, null);

        var answer = await CliProcess.RunHereAsync(Variables(host), "errors", "retry", "--all");
        answer.ExitCode.ShouldBe(ExitCode.Refused);
        answer
            .ErrorLines.ShouldHaveSingleItem()
            .ShouldContain("failed in the queue claimer-epoch-claim-calculated, which does not exist now");
        (await host.PeekCountAsync("claimer-epoch-claim-calculated_skipped", Cancel)).ShouldBe(2);

        (await CliProcess.RunHereAsync(Variables(host), "errors", "discard", "--all")).ExitCode.ShouldBe(0);
        (await host.PeekCountAsync("claimer-epoch-claim-calculated_skipped", Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task A_broker_that_is_away_is_unreachable()
    {
        var host = await HostAsync();
        var away = Variables(host).Select(it => it.Name.EndsWith("__Port") ? (it.Name, "1") : it).ToArray();

        var answer = await CliProcess.RunHereAsync(away, "errors", "list");

        answer.ExitCode.ShouldBe(ExitCode.Unreachable);
        answer.ErrorLines.ShouldHaveSingleItem().ShouldContain("cannot be reached");
    }

    [Fact]
    public async Task An_in_memory_bus_has_no_error_queues()
    {
        var answer = await CliProcess.RunHereAsync([], "errors", "list");

        answer.ExitCode.ShouldBe(ExitCode.Refused);
        answer.ErrorLines.ShouldHaveSingleItem().ShouldStartWith("error: Messaging:Transport is not rabbitmq");
    }

    private static async Task<RabbitMqVirtualHost> HostAsync() =>
        await (await TestContext.Current.GetFixture<RabbitMqServer>())!.CreateVirtualHostAsync(Cancel);

    internal static (string Name, string Value)[] Variables(RabbitMqVirtualHost host) =>
        [
            .. host
                .Settings.Concat(host.ManagementSettings)
                .Select(it => ("ROLLUPS_" + it.Key.Replace(":", "__", StringComparison.Ordinal), it.Value!)),
        ];

    private static Task DeclareAsync(RabbitMqVirtualHost host, string queue) =>
        OnChannelAsync(
            host,
            channel => channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancel)
        );

    /// <summary>Messages as MassTransit moves them there.</summary>
    private static async Task FailAsync(RabbitMqVirtualHost host, string queue, int count, string? exception, string? message)
    {
        await DeclareAsync(host, queue);
        await OnChannelAsync(
            host,
            async channel =>
            {
                for (var number = 0; number < count; number++)
                {
                    var headers = new Dictionary<string, object?> { ["kept"] = "yes" };
                    if (exception is null)
                        headers["MT-Reason"] = "dead-letter";
                    else
                        (headers["MT-Fault-ExceptionType"], headers["MT-Fault-Message"]) = (exception, message);
                    await channel.BasicPublishAsync(
                        "",
                        queue,
                        mandatory: true,
                        new BasicProperties { MessageId = $"{Guid.NewGuid()}", Headers = headers },
                        """{"messageType":["urn:message:Rollups.Contracts:EpochInputsProcessed"]}"""u8.ToArray(),
                        Cancel
                    );
                }
            }
        );
    }

    private static async Task OnChannelAsync(RabbitMqVirtualHost host, Func<IChannel, Task> act)
    {
        var options = new RabbitMqOptions
        {
            Host = host.Host,
            Port = host.Port,
            VirtualHost = host.Name,
            Username = host.Username,
            Password = host.Password,
        };
        await using var connection = await BrokerConnections.OpenAsync(options, "test", Cancel);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Cancel);
        await act(channel);
    }

    private static async Task<JsonElement> JsonAsync(RabbitMqVirtualHost host, params string[] line)
    {
        var answer = await CliProcess.RunHereAsync(Variables(host), [.. line, "--json"]);
        answer.ExitCode.ShouldBe(0, answer.Error);
        return JsonDocument.Parse(answer.Output).RootElement;
    }
}
