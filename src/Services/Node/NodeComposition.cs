using MassTransit;
using Microsoft.Extensions.Options;
using Rollups.Chain;
using Rollups.Ethereum;
using Rollups.Hosting;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Scheduling;
using Rollups.Settings;

namespace Rollups.Node;

/// <summary>Composes the services: the executable, the devnet and the tests run the same node.</summary>
public static class NodeComposition
{
    /// <summary>
    /// Adds the named services and their infrastructure. Only what they need is configured: a node without evm-reader, claimer and prt
    /// needs no L1 endpoint. Hosted services start in the order of these calls and stop in reverse: the bus starts last and stops
    /// first.
    /// </summary>
    /// <param name="builder">Host to add to; its configuration is read here.</param>
    /// <param name="services">Names from <see cref="NodeServices.All"/>.</param>
    /// <param name="more">Settings beside the node's own that the caller reads.</param>
    /// <exception cref="OperatorException">A service or a setting is unknown, or a value is wrong.</exception>
    public static HostApplicationBuilder AddRollupsNode(
        this HostApplicationBuilder builder,
        IReadOnlySet<string> services,
        params IReadOnlyCollection<string> more
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(services);
        NodeServices.EnsureKnown(services);
        UnknownSettings.Refuse(builder.Configuration, more);
        var selected = NodeServices.Known.Where(service => services.Contains(service.Name)).ToList();

        builder.AddRollupsHosting([.. selected.Select(service => service.Name)]);
        builder.Services.AddRollupsPersistence(builder.Configuration);
        var readers = selected.Where(service => service.ReadsChain).Select(service => service.Name).ToList();
        if (readers.Count > 0)
            builder.Services.AddEthereum(builder.Configuration).AddEthereumHealth(readers);
        foreach (var service in selected)
            service.Add(builder.Services, builder.Configuration);
        builder.Services.AddFallbackSyncs();
        builder.Services.AddRollupsMessaging(builder.Configuration, NodeServices.All);
        return builder;
    }

    /// <summary>
    /// Checks what must hold before any service starts: the options, the database's schema (migrated here) and, if L1 is used, its
    /// chain, the block tag in force and the paying account.
    /// </summary>
    /// <exception cref="OptionsValidationException">A value set after the options were added is wrong.</exception>
    /// <exception cref="OperatorException">
    /// The database cannot be used or has a newer schema; the endpoint or the database belongs to another chain; the paying account's key
    /// cannot be used.
    /// </exception>
    /// <exception cref="EthereumUnreachableException">The endpoint does not answer.</exception>
    public static async Task PrepareRollupsNodeAsync(this IHost host, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        host.Services.GetService<IStartupValidator>()?.Validate();
        // Building the bus takes about as long as checking the database, and needs nothing of it.
        var bus = Task.Run(host.Services.GetRequiredService<IBusControl>, cancellationToken);
        await host.Services.GetRequiredService<IDatabaseMigrator>().MigrateAsync(cancellationToken);
        if (host.Services.GetService<ChainPolicy>() is not null)
            await host.Services.GetRequiredService<LoadChainPolicy>().RunAsync(cancellationToken);
        await host.Services.ConnectEthereumSignerAsync(cancellationToken);
        await bus;
    }
}
