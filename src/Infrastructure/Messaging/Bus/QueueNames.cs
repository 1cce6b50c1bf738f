using System.Text.RegularExpressions;

namespace Rollups.Messaging;

/// <summary>Names of the node's queues and exchanges, and their addresses: with the node's prefix, if it has one.</summary>
/// <param name="prefix">What every name begins with; empty for none.</param>
/// <param name="isDeclared">Whether the node declares command and error queues before the bus uses them, as it does on RabbitMQ.</param>
public sealed partial class QueueNames(string prefix, bool isDeclared)
{
    /// <summary>The names on an in-memory bus.</summary>
    public static QueueNames InMemory { get; } = new("", isDeclared: false);

    /// <summary>The prefix.</summary>
    public string Prefix => prefix;

    /// <summary>The names by the node's settings.</summary>
    public static QueueNames By(MessagingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Transport == "rabbitmq" ? By(options.RabbitMq) : InMemory;
    }

    /// <summary>The names on a broker.</summary>
    public static QueueNames By(RabbitMqOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new QueueNames(options.Prefix, isDeclared: true);
    }

    /// <summary>The name of a queue or exchange on this node's broker.</summary>
    public string Of(string name) => prefix + name;

    /// <summary>
    /// The address of a queue for sending. A sender that declared the queue itself would have to know its type, so where the node has
    /// declared it the message goes to the queue's exchange.
    /// </summary>
    public Uri AddressOf(string queue) => new($"{(isDeclared ? "exchange" : "queue")}:{prefix}{queue}");

    /// <summary>The name without the prefix; null for a queue of another node.</summary>
    public string? Own(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : null;
    }

    /// <summary>Whether the queue belongs to one replica and disappears with it, as <c>advancer-ID</c>.</summary>
    public static bool IsOfReplica(string name) => Replica().IsMatch(name);

    [GeneratedRegex("-[0-9a-f]{32}$")]
    private static partial Regex Replica();
}
