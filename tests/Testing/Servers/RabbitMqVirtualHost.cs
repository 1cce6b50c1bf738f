using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Rollups.Testing;

/// <summary>A virtual host of a test's own, and how to reach it.</summary>
/// <param name="Name">Name of the virtual host.</param>
/// <param name="Host">Host name or address of the broker.</param>
/// <param name="Port">AMQP port.</param>
/// <param name="Username">User with all rights on it.</param>
/// <param name="Password">The user's password.</param>
/// <param name="Management">The broker's management API; paths are relative, such as <c>api/queues/NAME</c>.</param>
public sealed record RabbitMqVirtualHost(string Name, string Host, ushort Port, string Username, string Password, HttpClient Management)
{
    /// <summary>The node's settings for it, as configuration keys: Messaging:Transport and Messaging:RabbitMq:*.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Messaging:Transport"] = "rabbitmq",
        ["Messaging:RabbitMq:Host"] = Host,
        ["Messaging:RabbitMq:Port"] = Port.ToString(CultureInfo.InvariantCulture),
        ["Messaging:RabbitMq:VirtualHost"] = Name,
        ["Messaging:RabbitMq:Username"] = Username,
        ["Messaging:RabbitMq:Password"] = Password,
    };

    /// <summary>Messages that the services have given up, in all error queues together.</summary>
    public async Task<int> MessagesInErrorQueuesAsync(CancellationToken cancellationToken = default)
    {
        var queues = await Management.GetFromJsonAsync<JsonArray>($"api/queues/{Name}", cancellationToken);
        return queues!.Where(queue => queue!["name"]!.GetValue<string>().EndsWith("_error", StringComparison.Ordinal)).Sum(queue => queue!["messages"]?.GetValue<int>() ?? 0);
    }

    /// <summary>Waits until a queue holds a message.</summary>
    public async Task UntilQueuedAsync(string queue, CancellationToken cancellationToken = default)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        do
        {
            var queues = await Management.GetFromJsonAsync<JsonArray>($"api/queues/{Name}", cancellationToken);
            // The counts are statistics that the broker publishes every few seconds.
            if (queues!.Any(found => found!["name"]!.GetValue<string>() == queue && found["messages"]?.GetValue<int>() > 0))
                return;
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Names of the queues that are there.</summary>
    public async Task<IReadOnlyList<string>> QueuesAsync(CancellationToken cancellationToken = default) =>
        [.. (await Management.GetFromJsonAsync<JsonArray>($"api/queues/{Name}", cancellationToken))!.Select(queue => queue!["name"]!.GetValue<string>())];

    /// <summary>Cuts every connection to the virtual host, once; waits until there is one.</summary>
    public async Task CloseConnectionsAsync(CancellationToken cancellationToken = default)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        do
        {
            // The list is a statistic too: a young connection is not in it yet.
            var connections = await Management.GetFromJsonAsync<JsonArray>($"api/vhosts/{Name}/connections", cancellationToken);
            foreach (var connection in connections!)
                await Management.DeleteAsync($"api/connections/{Uri.EscapeDataString(connection!["name"]!.GetValue<string>())}", cancellationToken);
            if (connections.Count > 0)
                return;
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }
}
