using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
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

    private const int CollectorTimeoutMs = 60_000;

    /// <summary>
    /// Adds OpenTelemetry (Prometheus always, OTLP if an endpoint is configured), the health listener and its checks. Call it before the
    /// services: the listener is the first to start and the last to stop.
    /// </summary>
    /// <exception cref="OperatorException">An option of section <c>Shutdown</c>, <c>Health</c> or <c>Telemetry</c> is wrong.</exception>
    /// <param name="builder">Host to add to.</param>
    /// <param name="services">Services that the process runs, as traces and /readyz name it; none for a program that is no service.</param>
    public static IHostApplicationBuilder AddRollupsHosting(
        this IHostApplicationBuilder builder,
        params IReadOnlyCollection<string> services
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(services);
        builder.Services.AddSingleton(new HostedServices(services));
        builder.Services.TryAddSingleton(TimeProvider.System);
        AddShutdown(builder);
        AddTelemetry(builder, services);
        AddHealth(builder);
        if (services.Count > 0)
            builder.Services.AddHostedService<ServiceReporter>();
        return builder;
    }

    private static void AddShutdown(IHostApplicationBuilder builder)
    {
        var shutdown = builder.Services.AddValidatedOptions<ShutdownOptions>(builder.Configuration.GetSection(ShutdownOptions.Section));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = shutdown.OfServices);
        builder.Services.Configure<MassTransitHostOptions>(bus =>
        {
            bus.StopTimeout = shutdown.OfBus;
            bus.ConsumerStopTimeout = shutdown.OfConsumers;
        });
    }

    private static void AddHealth(IHostApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<HealthOptions>(builder.Configuration.GetSection(HealthOptions.Section));
        builder.Services.AddSingleton<HealthListener>();
        builder.Services.AddSingleton<IHealthListener>(provider => provider.GetRequiredService<HealthListener>());
        builder.Services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<HealthListener>());
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>(DatabaseHealthCheck.Name);
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

    private static void AddTelemetry(IHostApplicationBuilder builder, IReadOnlyCollection<string> services)
    {
        var section = builder.Configuration.GetSection(TelemetryOptions.Section);
        var options = builder.Services.AddValidatedOptions<TelemetryOptions>(section);
        var collector = options.Collector;
        // Without these two, a collector that restarts or is slow for ten seconds leaves holes in traces.
        if (collector is not null)
            builder.Configuration.AddInMemoryCollection([new("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory")]);
        void Export(OtlpExporterOptions otlp) => (otlp.Endpoint, otlp.TimeoutMilliseconds) = (collector!, CollectorTimeoutMs);

        // A deployment with a process per service shows each by its name in a trace.
        var name = services.Count == 1 ? $"rollups-{services.Single()}" : builder.Environment.ApplicationName;
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(name, serviceNamespace: "rollups"))
            .WithMetrics(metrics =>
            {
                metrics
                    .AddMeter(MeterName, "MassTransit", "Npgsql", "System.Net.Http")
                    .AddRuntimeInstrumentation()
                    .AddPrometheusExporter();
                if (collector is not null)
                    metrics.AddOtlpExporter(Export);
            });
        // Spans cost time with every message, so they are created only if something collects them.
        if (collector is not null)
            telemetry.WithTracing(traces =>
            {
                traces.AddSource("MassTransit", MeterName).AddOtlpExporter(Export);
                if (options.DatabaseSpans)
                    traces.AddSource("Npgsql");
            });
    }
}
