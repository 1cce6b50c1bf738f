using Rollups.Hosting;

namespace Rollups.Cli;

/// <summary>Exit codes of every <c>rollups</c> command. A fault that nobody foresaw is 70, as for the node.</summary>
internal static class ExitCode
{
    /// <summary>The command did what it was asked.</summary>
    public const int Done = 0;

    /// <summary>The command was understood and refused; stderr has the reason and the remedy.</summary>
    public const int Refused = OperatorErrors.ExitCode;

    /// <summary>The command line is wrong (EX_USAGE of sysexits.h).</summary>
    public const int Usage = 64;

    /// <summary>
    /// The L1 endpoint, the broker, the database or the node does not answer, or the database lacks this version's schema (EX_UNAVAILABLE
    /// of sysexits.h).
    /// </summary>
    public const int Unreachable = 69;

    /// <summary>Ctrl-C or SIGTERM ended the command: 128 and the number of SIGINT, as shells report it.</summary>
    public const int Interrupted = 130;
}
