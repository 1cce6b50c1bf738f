using System.CommandLine;
using System.Runtime.InteropServices;
using Rollups.Cli.Deploy;
using Rollups.Cli.Devnet;
using Rollups.Hosting;

namespace Rollups.Cli;

/// <summary>The command line <c>rollups</c>.</summary>
internal static class RollupsCommand
{
    /// <summary>Runs the command; returns the exit code of the process.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("MassTransit.Rollups: a Cartesi Rollups node whose services communicate by events.")
        {
            DevnetCommand.Create(),
            DeployCommand.Create(),
        };
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        return await root.Parse(args)
            .InvokeAsync(
                new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false },
                stop.Token
            );

        // The command stops everything it started, then the process ends by itself.
        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>Runs an action and reports a known failure as one sentence.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return OperatorErrors.Report(exception, Console.Error);
        }
    }
}
