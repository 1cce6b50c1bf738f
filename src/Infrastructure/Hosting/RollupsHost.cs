using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Rollups.Hosting;

/// <summary>The host builder that every executable of the node starts from.</summary>
public static class RollupsHost
{
    /// <summary>Prefix of the environment variables that configure the node, such as <c>ROLLUPS_Database__Provider</c>.</summary>
    public const string EnvironmentPrefix = "ROLLUPS_";

    /// <summary>
    /// A builder configured by the environment (<see cref="EnvironmentPrefix"/>) and, with precedence, by the command line
    /// (<c>--Section:Key=value</c>). It logs one line per entry to the console. It reads nothing else: no file, no other variable.
    /// </summary>
    /// <param name="args">Command-line settings.</param>
    public static HostApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true, ApplicationName = "rollups-node" }
        );
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddEnvironmentVariables(EnvironmentPrefix);
        builder.Configuration.AddCommandLine(args);
        AddConsoleLogging(builder);
        return builder;
    }

    /// <summary>The node at Information, the libraries at Warning; <c>Logging:LogLevel:*</c> overrides each category.</summary>
    private static void AddConsoleLogging(HostApplicationBuilder builder)
    {
        foreach (var library in (ReadOnlySpan<string>)["Microsoft", "System", "MassTransit", "Quartz", "Npgsql", "OpenTelemetry"])
            builder.Logging.AddFilter(library, LogLevel.Warning);
        // The code that retries logs it, with the application or the endpoint.
        builder.Logging.AddFilter("Polly", LogLevel.Critical);
        // The unit of work that sent a failed command repeats or reports it.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.Critical);
        // The answer of /readyz names each problem, and each cause has its own log line; a record per probe would repeat both.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        // OperatorErrors reports a failed start or background service in one sentence; the host would add a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fff'Z' ";
            console.UseUtcTimestamp = true;
            console.ColorBehavior = LoggerColorBehavior.Default;
        });
        var console = builder.Services.Single(service => service.ImplementationType == typeof(ConsoleLoggerProvider));
        builder.Services.Remove(console);
        builder.Services.AddSingleton<ILoggerProvider>(services => new QuietConsoleProvider(
            ActivatorUtilities.CreateInstance<ConsoleLoggerProvider>(services),
            services
        ));
    }
}
