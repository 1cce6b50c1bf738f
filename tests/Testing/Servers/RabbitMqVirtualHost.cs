using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rollups.Testing;

/// <summary>A virtual host for one test, and how to reach it.</summary>
/// <param name="Name">Name of the virtual host.</param>
/// <param name="Host">Host name or address of the broker.</param>
/// <param name="Port">AMQP port.</param>
/// <param name="Username">User with all rights on it.</param>
/// <param name="Password">The user's password.</param>
/// <param name="Management">The broker's management API; paths are relative, such as <c>api/queues/NAME</c>.</param>
public sealed record RabbitMqVirtualHost(string Name, string Host, ushort Port, string Username, string Password, HttpClient Management)
{
    /// <summary>The node's settings for it, as configuration keys: Messaging:Transport and Messaging:RabbitMq:*.</summary>
    public IReadOnlyDictionary<string, string?> Settings =>
        new Dictionary<string, string?>
        {
            ["Messaging:Transport"] = "rabbitmq",
            ["Messaging:RabbitMq:Host"] = Host,
            ["Messaging:RabbitMq:Port"] = Port.ToString(CultureInfo.InvariantCulture),
            ["Messaging:RabbitMq:VirtualHost"] = Name,
            ["Messaging:RabbitMq:Username"] = Username,
            ["Messaging:RabbitMq:Password"] = Password,
        };

    /// <summary>Additional settings for a node that measures its queues: Messaging:RabbitMq:Management*.</summary>
    public IReadOnlyDictionary<string, string?> ManagementSettings =>
        new Dictionary<string, string?>
        {
            ["Messaging:RabbitMq:ManagementAddress"] = Management.BaseAddress!.ToString(),
            ["Messaging:RabbitMq:ManagementInterval"] = "00:00:01",
        };

    /// <summary>Number of messages in all error queues together, on which the services have given up.</summary>
    public async Task<int> MessagesInErrorQueuesAsync(CancellationToken cancellationToken = default)
    {
        var queues = await Management.GetFromJsonAsync<JsonArray>($"api/queues/{Name}", cancellationToken);
        return queues!
            .Where(queue => queue!["name"]!.GetValue<string>().EndsWith("_error", StringComparison.Ordinal))
            .Sum(queue => queue!["messages"]?.GetValue<int>() ?? 0);
    }

    /// <summary>Waits until at least that many messages are ready in a queue.</summary>
    public async Task UntilQueuedAsync(string queue, int count = 1, CancellationToken cancellationToken = default)
    {
        while (await PeekCountAsync(queue, cancellationToken) is not { } found || found < count)
            await Task.Delay(50, cancellationToken);
    }

    /// <summary>Waits until a queue is empty, with no ready and no unacknowledged messages.</summary>
    public async Task UntilEmptyAsync(string queue, CancellationToken cancellationToken = default)
    {
        // Only the statistics show unacknowledged messages: an empty queue counts only once they have had time to update.
        for (var seen = 0; seen < 3; )
        {
            var state = await Management.GetFromJsonAsync<JsonNode>($"api/queues/{Name}/{queue}", cancellationToken);
            seen = (state!["messages"]?.GetValue<int>() ?? 0) == 0 ? seen + 1 : 0;
            await Task.Delay(500, cancellationToken);
        }
    }

    /// <summary>Names of the existing queues.</summary>
    public async Task<IReadOnlyList<string>> QueuesAsync(CancellationToken cancellationToken = default) =>
        [
            .. (await Management.GetFromJsonAsync<JsonArray>($"api/queues/{Name}", cancellationToken))!.Select(queue =>
                queue!["name"]!.GetValue<string>()
            ),
        ];

    /// <summary>Names of those that outlive their consumer; the others can only be emptied by their own connection.</summary>
    public async Task<IReadOnlyList<string>> DurableQueuesAsync(CancellationToken cancellationToken = default) =>
        [
            .. (await Management.GetFromJsonAsync<JsonArray>($"api/queues/{Name}", cancellationToken))!
                .Where(queue => queue!["durable"]!.GetValue<bool>())
                .Select(queue => queue!["name"]!.GetValue<string>()),
        ];

    /// <summary>
    /// Cuts every connection to the virtual host, once, as an operator or a proxy does; waits until there is one. Returns how many were
    /// cut.
    /// </summary>
    public async Task<int> CloseConnectionsAsync(CancellationToken cancellationToken = default)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        do
        {
            // The list is a statistic too: it lacks young connections.
            var connections = await Management.GetFromJsonAsync<JsonArray>($"api/vhosts/{Name}/connections", cancellationToken);
            foreach (var connection in connections!)
                await Management.DeleteAsync(
                    $"api/connections/{Uri.EscapeDataString(connection!["name"]!.GetValue<string>())}",
                    cancellationToken
                );
            if (connections.Count > 0)
                return connections.Count;
        } while (await timer.WaitForNextTickAsync(cancellationToken));
        return 0;
    }

    /// <summary>
    /// Number of ready messages in a queue, without unacknowledged ones; null if there is no such queue. Exact, unlike the broker's
    /// statistics.
    /// </summary>
    public async Task<int?> PeekCountAsync(string queue, CancellationToken cancellationToken = default) =>
        await GetAsync(queue, cancellationToken) is not { } found ? null
        : found.GetArrayLength() == 0 ? 0
        : found[0].GetProperty("message_count").GetInt32() + 1;

    /// <summary>
    /// The first ready message of a queue, as the management API shows it: <c>payload</c>, its first 10,000 bytes, and
    /// <c>properties</c>. It stays in the queue.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no such queue, or nothing in it.</exception>
    public async Task<JsonElement> PeekAsync(string queue, CancellationToken cancellationToken = default) =>
        await GetAsync(queue, cancellationToken) is { } found && found.GetArrayLength() > 0
            ? found[0]
            : throw new InvalidOperationException($"No message lies in a queue '{queue}'.");

    /// <summary>The first hundred ready messages of a queue, each as <see cref="PeekAsync"/> shows it. They stay in the queue.</summary>
    /// <exception cref="InvalidOperationException">There is no such queue.</exception>
    public async Task<IReadOnlyList<JsonElement>> PeekAllAsync(string queue, CancellationToken cancellationToken = default) =>
        await GetAsync(queue, cancellationToken, count: 100) is { } found
            ? [.. found.EnumerateArray()]
            : throw new InvalidOperationException($"There is no queue '{queue}'.");

    private async Task<JsonElement?> GetAsync(string queue, CancellationToken cancellationToken, int count = 1)
    {
        // With each message the broker returns how many are behind it.
        using var answer = await Management.PostAsJsonAsync(
            $"api/queues/{Name}/{queue}/get",
            new
            {
                count,
                ackmode = "ack_requeue_true",
                encoding = "auto",
                truncate = 10_000,
            },
            cancellationToken
        );
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken) : null;
    }

    /// <summary>Discards a queue's ready messages.</summary>
    public async Task PurgeAsync(string queue, CancellationToken cancellationToken) =>
        (await Management.DeleteAsync($"api/queues/{Name}/{queue}/contents", cancellationToken)).EnsureSuccessStatusCode();

    /// <summary>Publishes a message of any content to an exchange, as a foreign program may.</summary>
    public async Task PublishRawAsync(string exchange, string payload, string? contentType, CancellationToken cancellationToken)
    {
        var properties = new Dictionary<string, object> { ["message_id"] = Guid.NewGuid().ToString() };
        if (contentType is not null)
            properties["content_type"] = contentType;
        (
            await Management.PostAsJsonAsync(
                $"api/exchanges/{Name}/{exchange}/publish",
                new
                {
                    properties,
                    routing_key = "",
                    payload,
                    payload_encoding = "string",
                },
                cancellationToken
            )
        ).EnsureSuccessStatusCode();
    }
}
