using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Rollups.Settings;

namespace Rollups.Messaging;

/// <summary>Section <c>Messaging:RabbitMq</c>.</summary>
public sealed partial class RabbitMqOptions
{
    /// <summary>The broker's host; the hosts of a cluster, separated by commas, which the node tries in this order.</summary>
    /// <value>Host names or addresses; the default is 127.0.0.1.</value>
    [Setting(Form = "host names or addresses")]
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>The broker's AMQP port.</summary>
    /// <value>1 to 65535; the default is 5672.</value>
    [Range(1, 65535)]
    public ushort Port { get; set; } = 5672;

    /// <summary>The connection's encryption.</summary>
    public RabbitMqTlsOptions Tls { get; set; } = new();

    /// <summary>
    /// Type of the durable queues. Quorum queues are copied to several brokers of a cluster. The broker does not change the type of a queue
    /// that exists: delete the node's queues while its services are stopped, then start them with the other type.
    /// </summary>
    /// <value>Classic or quorum; the default is classic.</value>
    [AllowedValues("classic", "quorum")]
    public string QueueType { get; set; } = "classic";

    /// <summary>
    /// What the names of the node's queues and exchanges begin with, so that several nodes share a virtual host without hearing each other.
    /// Every service of one node needs the same one.
    /// </summary>
    /// <value>Letters, digits, '.', '_' and '-', at most 32; the default is none.</value>
    [Setting(Form = "letters, digits, '.', '_' and '-', at most 32")]
    public string Prefix { get; set; } = "";

    /// <summary>The node's virtual host.</summary>
    /// <value>The default is /.</value>
    public string VirtualHost { get; set; } = "/";

    /// <summary>User, for AMQP and for the management API.</summary>
    /// <value>The default is guest.</value>
    public string Username { get; set; } = "guest";

    /// <summary>Password, for AMQP and for the management API. It is never logged.</summary>
    /// <value>The default is guest.</value>
    [Setting(Secret = true)]
    public string Password { get; set; } = "guest";

    /// <summary>
    /// After this long without a connection, the process ends with exit code 1 and the reason, so that
    /// <see href="reliability/servers.md">its supervisor restarts it</see>.
    /// </summary>
    /// <value>Ten seconds to a week; the default is 00:30:00.</value>
    [TimeRange("00:00:10", "7.00:00:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Messages that a process prefetches per queue; the others wait at the broker.</summary>
    /// <value>1 to 10000 messages; the default is 32.</value>
    [Range(1, 10_000)]
    [Setting(Unit = "messages")]
    public ushort Prefetch { get; set; } = 32;

    /// <summary>
    /// How long a consumer holds a message while the database is unavailable. After that, it returns the message to the broker, which
    /// delivers it again. The value must be below the broker's <c>consumer_timeout</c> (30 minutes unless changed) by at least the duration
    /// of one attempt, because the broker closes the channel of a consumer that acknowledges later.
    /// </summary>
    /// <value>A second to a day; the default is 00:20:00.</value>
    [TimeRange("00:00:01", "1.00:00:00")]
    [Setting(Remedy = "give a time from a second to a day, below the broker's consumer_timeout, such as 00:20:00")]
    public TimeSpan HoldLimit { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>
    /// Management API, such as <c>http://rabbitmq:15672</c>, queried with <see cref="Username"/> and <see cref="Password"/>. Without it the
    /// metrics <c>rollups.queue.*</c> are absent.
    /// </summary>
    /// <value>Http or https URL without user and password; the default is none.</value>
    [Setting(Form = "http or https URL without user and password", Secret = true)]
    public string ManagementAddress { get; set; } = "";

    /// <summary>How often the node queries the management API while the metrics are being read.</summary>
    /// <value>A second to ten minutes; the default is 00:00:15.</value>
    [TimeRange("00:00:01", "00:10:00")]
    public TimeSpan ManagementInterval { get; set; } = TimeSpan.FromSeconds(15);

    internal IReadOnlyList<string> Hosts => Host.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    internal IEnumerable<string> Problems()
    {
        if (Hosts.Count == 0 || Hosts.Any(host => Uri.CheckHostName(host) == UriHostNameType.Unknown))
            yield return $"Messaging:RabbitMq:Host is '{Host}': give the broker's host name or address.";
        if (!Prefixes().IsMatch(Prefix))
            yield return $"Messaging:RabbitMq:Prefix is '{Prefix}': give letters, digits, '.', '_' and '-', at most 32.";
        foreach (var problem in Tls.Problems())
            yield return problem;
        if (VirtualHost.Length == 0)
            yield return "Messaging:RabbitMq:VirtualHost is empty: give the broker's virtual host, / for the default one.";
        // The value is not repeated: a wrong address may contain a password.
        if (
            ManagementAddress.Length > 0
            && !(
                Uri.TryCreate(ManagementAddress, UriKind.Absolute, out var address)
                && address is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" }
            )
        )
        {
            yield return "Messaging:RabbitMq:ManagementAddress is not an http or https URL without user, password and query: give the "
                + "address of the management API, such as http://127.0.0.1:15672, or remove the setting.";
        }
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{0,32}$")]
    private static partial Regex Prefixes();
}
