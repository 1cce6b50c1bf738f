using MassTransit;
using MassTransit.UsageTracking;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Rollups.Messaging;

/// <summary>
/// The one way to a bus. MassTransit by itself posts its version, the operating system, the time zone, the queues' names and the number of
/// their consumers to its maker five minutes after the start (its own UsageTracker); a bus that is added here reports nothing to anybody.
/// </summary>
public static class PrivateBusExtensions
{
    /// <summary>Adds MassTransit without its usage telemetry.</summary>
    /// <param name="services">Where to.</param>
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
    /// Keeps the telemetry out of a bus that something else adds, before or after this call, such as MassTransit's test harness.
    /// </summary>
    public static IServiceCollection WithoutUsageTelemetry(this IServiceCollection services)
    {
        // The option alone would not do: the variable MASSTRANSIT_USAGE_TELEMETRY overrules it. Without its tracker nothing is collected,
        // and nothing is sent.
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
