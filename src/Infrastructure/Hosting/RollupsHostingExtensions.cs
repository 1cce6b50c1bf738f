using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Rollups.Settings;

namespace Rollups.Hosting;

/// <summary>Common to every process of the node: telemetry, health, and an orderly end.</summary>
public static class RollupsHostingExtensions
{
    /// <summary>Name of the node's own meter.</summary>
    public const string MeterName = "MassTransit.Rollups";

    /// <summary>Time for all services together to stop: the process must end within 10 s of the signal.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(8);

    /// <summary>
    /// Adds OpenTelemetry (Prometheus always, OTLP if an endpoint is configured), the health listener and its checks. Call it before the
    /// services: the listener is the first to start and the last to stop.
    /// </summary>
    /// <exception cref="OperatorException">An option of section <c>Health</c> or <c>Telemetry</c> is wrong.</exception>
    public static IHostApplicationBuilder AddRollupsHosting(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        AddTelemetry(builder);
        AddHealth(builder);
        return builder;
    }

    /// <summary>Makes readiness depend on the L1 endpoint; for processes that read or write the chain.</summary>
    public static IServiceCollection AddEthereumHealth(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<EthereumHealthCheck>("l1");
        return services;
    }

    private static void AddHealth(IHostApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<HealthOptions>(builder.Configuration.GetSection(HealthOptions.Section));
        builder.Services.AddSingleton<HealthListener>();
        builder.Services.AddSingleton<IHealthListener>(provider => provider.GetRequiredService<HealthListener>());
        builder.Services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<HealthListener>());
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database");
        // One limit per check, not one for all, so that the answer names the check that does not finish, such as that of an L1 endpoint in
        // the middle of retries.
        builder
            .Services.AddOptions<HealthCheckServiceOptions>()
            .PostConfigure<IOptions<HealthOptions>>(
                (checks, health) =>
                {
                    foreach (var check in checks.Registrations)
                        check.Timeout = health.Value.CheckTimeout;
                }
            );
    }

    private static void AddTelemetry(IHostApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection(TelemetryOptions.Section);
        var collector = builder.Services.AddValidatedOptions<TelemetryOptions>(section).Collector;
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName, serviceNamespace: "rollups"))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(MeterName, "MassTransit", "Npgsql").AddRuntimeInstrumentation().AddPrometheusExporter();
                if (collector is not null)
                    metrics.AddOtlpExporter(otlp => otlp.Endpoint = collector);
            });
        // Spans cost time with every message, so they are created only if something collects them.
        if (collector is not null)
            telemetry.WithTracing(traces => traces.AddSource("MassTransit", MeterName).AddOtlpExporter(otlp => otlp.Endpoint = collector));
    }
}
