using System.CommandLine;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Rollups.Cli.Database;

namespace Rollups.Cli.Tests;

/// <summary>The built program <c>rollups</c>, run to its end in a process and a folder of its own.</summary>
internal static class CliProcess
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "rollups.dll");

    public static Task<CliAnswer> RunAsync(params string[] arguments) => RunAsync([], arguments);

    /// <param name="environment">Variables to set; those of the node and of the Go node that the test itself has are removed.</param>
    /// <param name="arguments">Arguments of rollups.</param>
    public static Task<CliAnswer> RunAsync((string Name, string Value)[] environment, params string[] arguments) =>
        RunProgramAsync("dotnet", [Program, .. arguments], environment);

    /// <summary>
    /// Runs a command in this process, with those variables as its only settings: a process costs seconds, and only few tests need one.
    /// </summary>
    public static async Task<CliAnswer> RunHereAsync((string Name, string Value)[] environment, params string[] arguments)
    {
        NodeDatabase.Given.Value = ConfigurationOf(environment);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var console = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            ProcessTerminationTimeout = null,
        };
        var code = await RollupsCommand.RunAsync(arguments, console, TestContext.Current.CancellationToken);
        return new CliAnswer(code, output.ToString(), error.ToString());
    }

    /// <summary>The settings in those variables.</summary>
    public static IConfigurationRoot ConfigurationOf((string Name, string Value)[] environment) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                environment.Select(it =>
                    KeyValuePair.Create(it.Name["ROLLUPS_".Length..].Replace("__", ":", StringComparison.Ordinal), (string?)it.Value)
                )
            )
            .Build();

    /// <summary>Runs another program in the same way, such as a shell.</summary>
    public static async Task<CliAnswer> RunProgramAsync(
        string program,
        string[] arguments,
        params (string Name, string Value)[] environment
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("ROLLUPS_") || name.StartsWith("CARTESI_")).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var cancellationToken = TestContext.Current.CancellationToken;
        var (output, error) = (
            process.StandardOutput.ReadToEndAsync(cancellationToken),
            process.StandardError.ReadToEndAsync(cancellationToken)
        );
        await process.WaitForExitAsync(cancellationToken);
        return new CliAnswer(process.ExitCode, await output, await error);
    }
}

/// <summary>What a program answered.</summary>
internal sealed record CliAnswer(int ExitCode, string Output, string Error)
{
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<string> ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
