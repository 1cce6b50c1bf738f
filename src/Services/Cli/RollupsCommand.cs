using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using MassTransit;
using Rollups.Cli.App;
using Rollups.Cli.Completion;
using Rollups.Cli.Config;
using Rollups.Cli.Db;
using Rollups.Cli.Deploy;
using Rollups.Cli.Deposit;
using Rollups.Cli.Devnet;
using Rollups.Cli.Doctor;
using Rollups.Cli.Errors;
using Rollups.Cli.Execute;
using Rollups.Cli.Inspect;
using Rollups.Cli.Outbox;
using Rollups.Cli.Output;
using Rollups.Cli.Read;
using Rollups.Cli.Send;
using Rollups.Ethereum;
using Rollups.Hosting;

namespace Rollups.Cli;

/// <summary>The command line <c>rollups</c>.</summary>
internal static class RollupsCommand
{
    /// <summary>Runs the command; returns the exit code of the process, one of <see cref="ExitCode"/>.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        try
        {
            var console = new InvocationConfiguration { ProcessTerminationTimeout = null, Error = WordWrap.Error() };
            return await RunAsync(args, console, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }

        // The command stops everything it started, then the process ends by itself.
        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>Runs the command with another console.</summary>
    public static async Task<int> RunAsync(string[] args, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(console);
        console.EnableDefaultExceptionHandler = false;
        // A payload may begin with @, which would name a file of arguments.
        var parsed = Create().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        return parsed.Action is ParseErrorAction
            ? ReportUsage(parsed, console.Error)
            : await parsed.InvokeAsync(console, cancellationToken);
    }

    /// <summary>Every command.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("MassTransit.Rollups: a Cartesi Rollups node whose services communicate by events.")
        {
            DevnetCommand.Create(),
            AppCommand.Create(),
            DeployCommand.Create(),
            ReadCommand.Create(),
            OutboxCommand.Create(),
            ErrorsCommand.Create(),
            DbCommand.Create(),
            DoctorCommand.Create(),
            SendCommand.Create(),
            DepositCommand.Create(),
            InspectCommand.Create(),
            ValidateCommand.Create(),
            ExecuteCommand.Create(),
            ConfigCommand.Create(),
            CompletionCommand.Create(),
        };
        HelpWithExamples.AddTo(root);
        return root;
    }

    /// <summary>Runs an action and reports a known failure as one sentence.</summary>
    public static Task<int> GuardAsync(Func<Task<int>> action) => GuardAsync(action, WordWrap.Error());

    /// <summary>The same with another console.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> action, TextWriter error)
    {
        try
        {
            return await action();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return Report(exception, error);
        }
    }

    private static int Report(Exception exception, TextWriter error)
    {
        if (exception is UnreachableException)
        {
            error.WriteLine($"error: {exception.Message}");
            return ExitCode.Unreachable;
        }
        var code = OperatorErrors.Report(exception, error);
        return code == ExitCode.Refused && IsUnreachable(exception) ? ExitCode.Unreachable : code;
    }

    private static bool IsUnreachable(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (
                cause
                is EthereumUnreachableException
                    or ConnectionException
                    or SocketException { SocketErrorCode: not SocketError.AddressAlreadyInUse }
            )
                return true;
        }
        return false;
    }

    private static int ReportUsage(ParseResult parsed, TextWriter error)
    {
        var help = $"See '{string.Join(' ', NamesOf(parsed.CommandResult).Reverse())} --help'.";
        foreach (var problem in parsed.Errors)
            error.WriteLine($"error: {OneLine(problem.Message)} {help}");
        return ExitCode.Usage;
    }

    // The library puts each of several choices on a line of its own.
    private static string OneLine(string message)
    {
        var line = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.EndsWith('.') ? line : line + ".";
    }

    private static IEnumerable<string> NamesOf(CommandResult command)
    {
        for (SymbolResult? result = command; result is not null; result = result.Parent)
        {
            if (result is CommandResult { Command: var it })
                yield return it.Name;
        }
    }
}
