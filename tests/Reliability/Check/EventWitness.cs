using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Rollups.Testing;

namespace Rollups.Reliability.Tests.Check;

/// <summary>A queue of the test's own, bound to the events of epochs: what the services announced, whoever else listened.</summary>
internal sealed class EventWitness(RabbitMqVirtualHost broker)
{
    /// <summary>What every epoch is announced as, from its end of inputs to its acceptance.</summary>
    public static readonly IReadOnlyList<string> Moves =
    [
        "epoch.closed",
        "epoch.inputs_processed",
        "epoch.claim_calculated",
        "epoch.claim_submitted",
        "epoch.claim_accepted",
    ];

    /// <summary>The queue, durable as the messages are.</summary>
    public const string Queue = "reliability-witness";

    private readonly HashSet<(string, ulong, string)> _seen = [];

    /// <summary>Listens from now on; the services have declared their exchanges.</summary>
    public async Task BindAsync(CancellationToken cancellationToken)
    {
        (
            await broker.Management.PutAsJsonAsync($"api/queues/{broker.Name}/{Queue}", new { durable = true }, cancellationToken)
        ).EnsureSuccessStatusCode();
        foreach (var move in Moves)
            (
                await broker.Management.PostAsJsonAsync(
                    $"api/bindings/{broker.Name}/e/{move}/q/{Queue}",
                    new { routing_key = "" },
                    cancellationToken
                )
            ).EnsureSuccessStatusCode();
    }

    /// <summary>Takes what was announced so far: application as it is written on the wire, epoch and exchange.</summary>
    public async Task<HashSet<(string Application, ulong Epoch, string Move)>> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await broker.Management.PostAsJsonAsync(
                $"api/queues/{broker.Name}/{Queue}/get",
                new
                {
                    count = 500,
                    ackmode = "ack_requeue_false",
                    encoding = "auto",
                },
                cancellationToken
            );
            var messages = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonArray>(cancellationToken))!;
            if (messages.Count == 0)
                return _seen;
            foreach (var message in messages)
            {
                var content = JsonNode.Parse(message!["payload"]!.GetValue<string>())!["message"]!;
                _seen.Add(
                    (
                        content["application"]!.GetValue<string>(),
                        content["epochIndex"]!.GetValue<ulong>(),
                        message["exchange"]!.GetValue<string>()
                    )
                );
            }
        }
    }
}
