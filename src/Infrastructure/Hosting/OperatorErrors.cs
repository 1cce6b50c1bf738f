using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Rollups.Settings;

namespace Rollups.Hosting;

/// <summary>Turns failures at start into one sentence for the operator, never a stack trace.</summary>
public static class OperatorErrors
{
    /// <summary>Exit code for a fault that the operator can fix: configuration, endpoint, database, port.</summary>
    public const int ExitCode = 1;

    /// <summary>Exit code for a fault without a sentence of its own (EX_SOFTWARE of sysexits.h).</summary>
    public const int UnexpectedExitCode = 70;

    /// <summary>Writes the failure's sentence on one line and returns the exit code of the process.</summary>
    public static int Report(Exception exception, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(exception);
        ArgumentNullException.ThrowIfNull(error);
        if (Describe(exception) is { } sentence)
        {
            error.WriteLine($"error: {sentence}");
            return ExitCode;
        }
        error.WriteLine(
            $"error: An unexpected fault stopped the node, {exception.GetType().Name}: {OneLine(exception.Message)} Start it "
                + $"again; if the fault recurs, please report it with this line."
        );
        return UnexpectedExitCode;
    }

    /// <summary>The sentence for a known failure, or null for an unknown one.</summary>
    public static string? Describe(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        for (var cause = exception; cause is not null; cause = Inner(cause))
        {
            if (DescribeOne(cause) is { } sentence)
                return OneLine(sentence);
        }
        return null;
    }

    private static string? DescribeOne(Exception exception) =>
        exception switch
        {
            OperatorException or FormatException => exception.Message,
            IOperatorFailure failure => failure.Sentence,
            OptionsValidationException invalid => string.Join(' ', invalid.Failures),
            SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
                "Another program uses a port that the node listens on: stop that program, or configure another port.",
            _ => null,
        };

    private static Exception? Inner(Exception exception) =>
        exception is AggregateException { InnerExceptions: [var first, ..] } ? first : exception.InnerException;

    private static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return line.Length > 0 && line[^1] is not ('.' or '!' or '?') ? line + "." : line;
    }
}
