using System.CommandLine;
using Rollups.Api;
using Rollups.Ethereum;
using Rollups.Hosting;
using Rollups.Settings;

namespace Rollups.Node;

/// <summary>The command line of the node's executable.</summary>
public static class NodeCommand
{
    /// <summary>Runs the node until SIGTERM or Ctrl-C; the exit code of the process.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var services = new Option<string>("--services")
        {
            Description =
                $"Services to run, separated by commas: {string.Join(", ", NodeServices.All)}. Without it, all of them in this one "
                + $"process.",
        };
        var root = new RootCommand(
            "The MassTransit.Rollups node. Settings come from variables ROLLUPS_Section__Key and from arguments --Section:Key=value."
        )
        {
            services,
        };
        root.TreatUnmatchedTokensAsErrors = false;
        root.SetAction((parsed, _) => RunAsync(parsed.GetValue(services), parsed.UnmatchedTokens));
        // The host handles signals itself, and OperatorErrors reports failures.
        return await root.Parse(args)
            .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }

    private static async Task<int> RunAsync(string? services, IReadOnlyList<string> settings)
    {
        try
        {
            var selected = services is null ? NodeServices.All : NodeServices.Parse(services);
            EnsureSettings(settings);
            var builder = RollupsHost.CreateBuilder([.. settings]);
            builder.AddRollupsNode(selected);
            using var host = builder.Build();
            if (selected.SetEquals([NodeServices.Api]))
                ProcessPriority.Lower(host.Services.GetRequiredService<ApiOptions>().Nice);
            using var hardEnd = EndAtTheLastMoment(host);
            await host.PrepareRollupsNodeAsync(CancellationToken.None);
            await host.RunToEndAsync();
            return 0;
        }
        catch (Exception exception)
        {
            return OperatorErrors.Report(exception, Console.Error);
        }
    }

    private static void EnsureSettings(IReadOnlyList<string> settings)
    {
        if (
            settings.FirstOrDefault(setting =>
                !setting.StartsWith("--", StringComparison.Ordinal) || !setting.Contains('=', StringComparison.Ordinal)
            ) is
            { } stray
        )
            throw new OperatorException($"'{stray}' is not a known argument: give --services NAMES, or settings as --Section:Key=value.");
        if (
            SignerOptions.Secrets.FirstOrDefault(secret =>
                settings.Any(setting => setting.StartsWith($"--{secret}=", StringComparison.OrdinalIgnoreCase))
            ) is
            { } exposed
        )
        {
            throw new OperatorException(
                $"{exposed} is given as an argument, where every user of this machine can read it: give it as the variable "
                    + $"{RollupsHost.EnvironmentPrefix}{exposed.Replace(":", "__", StringComparison.Ordinal)}, or better as a file with "
                    + $"{exposed}File."
            );
        }
    }

    /// <summary>
    /// A service that does not stop in time is abandoned: nothing is lost, because the database has every committed step and the bus
    /// redelivers the rest.
    /// </summary>
    private static Timer EndAtTheLastMoment(IHost host)
    {
        var shutdown = host.Services.GetRequiredService<ShutdownOptions>();
        var timer = new Timer(_ =>
        {
            Console.Error.WriteLine($"error: {shutdown.Overrun}");
            Environment.Exit(OperatorErrors.ExitCode);
        });
        host.Services.GetRequiredService<IHostApplicationLifetime>()
            .ApplicationStopping.Register(() => timer.Change(shutdown.LastMoment, Timeout.InfiniteTimeSpan));
        return timer;
    }
}
