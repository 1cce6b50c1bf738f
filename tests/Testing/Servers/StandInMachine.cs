using System.Diagnostics;

namespace Rollups.Testing;

/// <summary>
/// The stand-in for cartesi-jsonrpc-machine in tests/Machines/Cartesi/Server, and the real server where CARTESI_JSONRPC_MACHINE names one
/// and CARTESI_MACHINE_TEMPLATE a stored machine whose guest knows the same commands.
/// </summary>
public static class StandInMachine
{
    /// <summary>Name of the stand-in in theory data.</summary>
    public const string Name = "stand-in";

    /// <summary>Name of the real server in theory data.</summary>
    public const string Real = "real";

    private static readonly string Program = Path.Combine(RepositoryFolder.Path, "tests", "Machines", "Cartesi", "Server", "server.py");

    /// <summary>Path of the real server; null without one.</summary>
    public static string? RealServer { get; } = Environment.GetEnvironmentVariable("CARTESI_JSONRPC_MACHINE");

    /// <summary>Folder of the real stored machine; null without one.</summary>
    public static string? RealTemplate { get; } = Environment.GetEnvironmentVariable("CARTESI_MACHINE_TEMPLATE");

    /// <summary>The servers that tests run on.</summary>
    public static IReadOnlyList<string> Kinds => RealServer is null ? [Name] : [Name, Real];

    /// <summary>Writes a program that starts the stand-in; returns its path.</summary>
    /// <param name="folder">Where the program, its log and the faults to come are.</param>
    /// <param name="options">Further options of the stand-in.</param>
    public static string WriteServer(string folder, string options = "")
    {
        var path = Path.Combine(folder, "machine-server");
        WriteProgram(path, $"exec python3 -B '{Program}' '--control={folder}' {options} \"$@\"");
        return path;
    }

    /// <summary>Stores the template of the stand-in in a new folder; returns its path.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="values">Values that differ from the recorded ones, as JSON.</param>
    /// <param name="options">Options of the stand-in.</param>
    public static string WriteTemplate(string folder, string values = "", params string[] options)
    {
        using var stored = Process.Start("python3", ["-B", Program, .. options, $"--template={folder},{values}"]);
        stored.WaitForExit();
        return folder;
    }

    /// <summary>Writes a program of the shell.</summary>
    public static void WriteProgram(string path, string command)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{command}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    /// <summary>The next call of that method, in any process of the stand-in, fails in that way.</summary>
    /// <param name="folder">Folder of the program.</param>
    /// <param name="method">Name of the method.</param>
    /// <param name="fault">kill, hang, length, error, full, note or lie.</param>
    /// <param name="callsBefore">Calls that succeed before.</param>
    public static void Fail(string folder, string method, string fault, int callsBefore = 0) =>
        File.WriteAllText(Path.Combine(folder, $"{method}.{fault}"), $"{callsBefore}");

    /// <summary>Whether that fault has happened.</summary>
    public static bool HasFailed(string folder, string method, string fault) => File.Exists(Path.Combine(folder, $"{method}.{fault}.met"));
}
