using System.Reflection;
using MassTransit;
using Rollups.Contracts;

namespace Rollups.Messaging;

/// <summary>How every bus of the node reaches its broker.</summary>
public static class NodeBrokerExtensions
{
    private static readonly MethodInfo Name = typeof(NodeBrokerExtensions).GetMethod(
        nameof(NameMessage),
        BindingFlags.NonPublic | BindingFlags.Static
    )!;

    /// <summary>
    /// The broker's hosts, login and encryption, and the names of the node's exchanges. Before each connection the node's exchanges and
    /// command queues are declared.
    /// </summary>
    public static void UseNodeBroker(this IRabbitMqBusFactoryConfigurator rabbit, RabbitMqOptions options)
    {
        ArgumentNullException.ThrowIfNull(rabbit);
        ArgumentNullException.ThrowIfNull(options);
        rabbit.Host(
            options.Hosts[0],
            options.Port,
            options.VirtualHost,
            host =>
            {
                host.Username(options.Username);
                host.Password(options.Password);
                if (options.Hosts.Count > 1)
                    host.UseCluster(cluster =>
                    {
                        foreach (var node in options.Hosts)
                            cluster.Node($"{node}:{options.Port}");
                    });
                if (options.Tls.Enabled)
                    host.UseSsl(tls =>
                    {
                        var option = options.Tls.ForHost(options.Hosts[0]);
                        tls.ServerName = option.ServerName;
                        tls.Protocol = option.Version;
                        tls.Certificate = options.Tls.Certificate();
                        tls.CertificateValidationCallback = options.Tls.Accepts;
                    });
                host.OnRefreshConnectionFactory = _ => BrokerLogin.EnsureAsync(options);
            }
        );
        if (options.Prefix.Length == 0)
            return;
        rabbit.MessageTopology.SetEntityNameFormatter(
            new PrefixEntityNameFormatter(rabbit.MessageTopology.EntityNameFormatter, options.Prefix)
        );
        foreach (var type in typeof(IApplicationEvent).Assembly.GetTypes())
        {
            if (type.GetCustomAttribute<EntityNameAttribute>() is { } named)
                Name.MakeGenericMethod(type).Invoke(null, [rabbit, options.Prefix + named.EntityName]);
        }
    }

    private static void NameMessage<T>(IRabbitMqBusFactoryConfigurator rabbit, string name)
        where T : class => rabbit.Message<T>(message => message.SetEntityName(name));
}
