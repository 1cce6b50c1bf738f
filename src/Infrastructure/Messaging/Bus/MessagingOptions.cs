namespace Rollups.Messaging;

/// <summary>Section <c>Messaging</c>: the bus.</summary>
public sealed class MessagingOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Messaging";

    /// <summary>in-memory or rabbitmq.</summary>
    /// <value>The default is in-memory: all services in one process.</value>
    public string Transport { get; set; } = "in-memory";

    /// <summary>The broker, for transport rabbitmq.</summary>
    public RabbitMqOptions RabbitMq { get; set; } = new();

    internal IEnumerable<string> Problems()
    {
        if (Transport is not ("in-memory" or "rabbitmq"))
            yield return $"Messaging:Transport is '{Transport}': use in-memory or rabbitmq.";
        if (Transport != "rabbitmq")
            yield break;
        if (Uri.CheckHostName(RabbitMq.Host) == UriHostNameType.Unknown)
            yield return $"Messaging:RabbitMq:Host is '{RabbitMq.Host}': give the broker's host name or address.";
        if (RabbitMq.VirtualHost.Length == 0)
            yield return "Messaging:RabbitMq:VirtualHost is empty: give the broker's virtual host, / for the default one.";
        if (RabbitMq.Prefetch is 0 or > 10_000)
            yield return $"Messaging:RabbitMq:Prefetch is {RabbitMq.Prefetch}: give a number from 1 to 10000.";
        if (RabbitMq.HoldLimit < TimeSpan.FromSeconds(1) || RabbitMq.HoldLimit > TimeSpan.FromDays(1))
            yield return $"Messaging:RabbitMq:HoldLimit is {RabbitMq.HoldLimit}: give a time from a second to a day, below the broker's "
                + $"consumer_timeout, such as 00:20:00.";
        if (RabbitMq.GiveUpAfter < RabbitMqOptions.ShortestGiveUp || RabbitMq.GiveUpAfter > RabbitMqOptions.LongestGiveUp)
            yield return $"Messaging:RabbitMq:GiveUpAfter is {RabbitMq.GiveUpAfter}: give a time from ten seconds to a week, such as "
                + $"00:30:00.";
        // Not repeated: a wrong address may hold a password.
        if (
            RabbitMq.ManagementAddress.Length > 0
            && !(
                Uri.TryCreate(RabbitMq.ManagementAddress, UriKind.Absolute, out var address)
                && address is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" }
            )
        )
        {
            yield return "Messaging:RabbitMq:ManagementAddress is no http or https URL without user, password and query: give the "
                + "management API's, such as http://127.0.0.1:15672, or leave it out.";
        }

        if (RabbitMq.ManagementInterval < TimeSpan.FromSeconds(1) || RabbitMq.ManagementInterval > TimeSpan.FromMinutes(10))
            yield return $"Messaging:RabbitMq:ManagementInterval is {RabbitMq.ManagementInterval}: give a time from a second to ten "
                + $"minutes, such as 00:00:15.";
    }
}

/// <summary>Section <c>Messaging:RabbitMq</c>.</summary>
public sealed class RabbitMqOptions
{
    internal static readonly TimeSpan ShortestGiveUp = TimeSpan.FromSeconds(10);
    internal static readonly TimeSpan LongestGiveUp = TimeSpan.FromDays(7);

    /// <summary>Host name or address.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>AMQP port.</summary>
    public ushort Port { get; set; } = 5672;

    /// <summary>Virtual host.</summary>
    public string VirtualHost { get; set; } = "/";

    /// <summary>User.</summary>
    public string Username { get; set; } = "guest";

    /// <summary>Password; never logged.</summary>
    public string Password { get; set; } = "guest";

    /// <summary>
    /// After so long without a connection the process ends with exit code 1, so that its supervisor starts it again: ten seconds to a week.
    /// </summary>
    /// <value>The default is 30 minutes.</value>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Messages in hand per queue.</summary>
    /// <value>The default is 32.</value>
    public ushort Prefetch { get; set; } = 32;

    /// <summary>
    /// How long a consumer keeps a message in hand while the database is away; then the broker has it back and delivers it again. It must
    /// be below the broker's <c>consumer_timeout</c>, 30 minutes unless it was changed, by the time of one attempt: the broker cuts whoever
    /// acknowledges later.
    /// </summary>
    /// <value>The default is 20 minutes; from a second to a day.</value>
    public TimeSpan HoldLimit { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>
    /// URL of the broker's management API, asked with <see cref="Username"/> and <see cref="Password"/> for the metrics
    /// <c>rollups.queue.*</c>; empty: they are absent.
    /// </summary>
    /// <value>The default is empty.</value>
    public string ManagementAddress { get; set; } = "";

    /// <summary>How often the management API is asked, as long as somebody reads the metrics.</summary>
    /// <value>The default is 15 seconds.</value>
    public TimeSpan ManagementInterval { get; set; } = TimeSpan.FromSeconds(15);
}
