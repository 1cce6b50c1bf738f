using System.Text.Json;
using Rollups.Domain;

namespace Rollups.Cli.Inspect;

/// <summary>What the application's machine answered.</summary>
/// <param name="Status"><c>Accepted</c>, or how the query ended otherwise.</param>
/// <param name="Error">Why it ended otherwise, if the machine knows.</param>
/// <param name="ExceptionData">Data of the exception that the application threw.</param>
/// <param name="Reports">The reports, in order.</param>
/// <param name="ProcessedInputCount">Inputs that the machine had run.</param>
internal sealed record InspectAnswer(
    string Status,
    string? Error,
    byte[]? ExceptionData,
    IReadOnlyList<InspectReport> Reports,
    ulong ProcessedInputCount
)
{
    public const string Accepted = "Accepted";

    /// <exception cref="FormatException">The body is no answer of a node.</exception>
    public static InspectAnswer Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return new(
                root.GetProperty("status").GetString()!,
                root.TryGetProperty("error", out var error) ? error.GetString() : null,
                root.TryGetProperty("exception_data", out var data) ? Hex.Decode(data.GetString()!) : null,
                [
                    .. root.GetProperty("reports")
                        .EnumerateArray()
                        .Select(report => new InspectReport(Hex.Decode(report.GetProperty("payload").GetString()!))),
                ],
                root.GetProperty("processed_input_count").GetUInt64()
            );
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The answer is not that of a query.", exception);
        }
    }
}
