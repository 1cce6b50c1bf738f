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
    }
}

/// <summary>Section <c>Messaging:RabbitMq</c>.</summary>
public sealed class RabbitMqOptions
{
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

    /// <summary>Messages in hand per queue.</summary>
    /// <value>The default is 32.</value>
    public ushort Prefetch { get; set; } = 32;
}
