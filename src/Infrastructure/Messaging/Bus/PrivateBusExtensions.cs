using MassTransit;
using MassTransit.UsageTracking;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Rollups.Messaging;

/// <summary>
/// The only way to add a bus. Five minutes after the start, MassTransit itself posts its version, the operating system, the time zone, the
/// names of the queues and the numbers of their consumers to its vendor (UsageTracker). A bus added here reports nothing to anyone.
/// </summary>
public static class PrivateBusExtensions
{
    /// <summary>Adds MassTransit without its usage telemetry.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Consumers, sagas and the transport.</param>
    public static IServiceCollection AddPrivateBus(this IServiceCollection services, Action<IBusRegistrationConfigurator> configure) =>
        services
            .AddMassTransit(bus =>
            {
                bus.DisableUsageTelemetry();
                configure(bus);
            })
            .WithoutUsageTelemetry();

    /// <summary>
    /// Removes the telemetry from a bus that other code adds, before or after this call, such as MassTransit's test harness.
    /// </summary>
    public static IServiceCollection WithoutUsageTelemetry(this IServiceCollection services)
    {
        // The option alone is not enough: the variable MASSTRANSIT_USAGE_TELEMETRY overrides it. Without a tracker nothing is collected
        // or sent.
        services.Replace(ServiceDescriptor.Singleton<IUsageTracker, SilentUsageTracker>());
        return services.PostConfigure<UsageTelemetryOptions>(usage => usage.Enabled = false);
    }

    private sealed class SilentUsageTracker : IUsageTracker
    {
        public void PreConfigureBus<T>(T configurator, IBusRegistrationContext context)
            where T : IBusFactoryConfigurator
        {
            // Nothing is collected.
        }

        public void PreConfigureRider<T>(T configurator)
            where T : IRiderFactoryConfigurator
        {
            // Nothing is collected.
        }
    }
}
