using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Settings;

namespace Rollups.Messaging;

/// <summary>Adds a service's work to a host.</summary>
public static class WorkServiceCollectionExtensions
{
    /// <summary>
    /// Adds the work (singleton), its <see cref="IWorkRunner{TWork}"/>, its start-up sync and its <see cref="FallbackSync"/>, with the
    /// options of section <c>Services:NAME</c>, where NAME is the service's name in Pascal case.
    /// </summary>
    /// <returns>The options, so that the caller can see whether events are enabled.</returns>
    /// <exception cref="OperatorException">An option is out of its range.</exception>
    public static ServiceOptions AddPendingWork<TWork>(this IServiceCollection services, string service, IConfiguration configuration)
        where TWork : class, IPendingWork
    {
        var options = configuration.GetSection(ServiceOptions.SectionOf(service)).ReadValidated<ServiceOptions>();
        services.AddPendingWork<TWork>(service, options);
        return options;
    }

    /// <summary>The same with the options of another work, for a second one of the same service.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">Name of the work in metrics and log lines; it begins with the service's name.</param>
    /// <param name="options">How it finds its work.</param>
    public static IServiceCollection AddPendingWork<TWork>(this IServiceCollection services, string name, ServiceOptions options)
        where TWork : class, IPendingWork
    {
        ArgumentNullException.ThrowIfNull(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<TWork>();
        services.AddSingleton(provider => new WorkRunner<TWork>(
            provider.GetRequiredService<TWork>(),
            name,
            options,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TWork>>()
        ));
        services.AddSingleton<IWorkRunner<TWork>>(provider => provider.GetRequiredService<WorkRunner<TWork>>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<WorkRunner<TWork>>());
        services.AddSingleton<IHostedService>(provider => new StartupSync<TWork>(
            provider.GetRequiredService<IWorkRunner<TWork>>(),
            name,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TWork>>()
        ));
        return services.AddSingleton(
            new FallbackSync(
                name,
                options.SyncInterval,
                (provider, token) => provider.GetRequiredService<IWorkRunner<TWork>>().WakeAllAsync(WorkTrigger.Sync, token)
            )
        );
    }
}
