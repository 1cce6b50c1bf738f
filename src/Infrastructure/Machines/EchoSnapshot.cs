using System.Text.Json;
using Rollups.Domain;

namespace Rollups.Machines;

/// <summary>A stored state of the echo machine: one JSON file in a folder of its own, whole or absent.</summary>
internal static class EchoSnapshot
{
    private const string FileName = "state.json";

    /// <exception cref="IOException">The folder exists, or cannot be written.</exception>
    public static async Task WriteAsync(string folder, StandInState state, CancellationToken cancellationToken)
    {
        if (Path.Exists(folder))
            throw new IOException($"The folder {folder} exists already.");
        // Under another name first: a crash leaves no folder that looks whole.
        var unfinished = folder + ".new";
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        Directory.CreateDirectory(unfinished);
        var content = new Content(
            state.ProcessedInputs,
            state.History.ToString(),
            state.Outputs.Count,
            [.. state.Outputs.Entries.Select(entry => entry.ToString())],
            state.Hash.ToString()
        );
        await DurableFolder.WriteFileAsync(
            Path.Combine(unfinished, FileName),
            JsonSerializer.SerializeToUtf8Bytes(content),
            cancellationToken
        );
        DurableFolder.Publish(unfinished, folder);
    }

    /// <exception cref="MachineException">There is no such state, or it is damaged.</exception>
    public static async Task<StandInState> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            var content =
                JsonSerializer.Deserialize<Content>(await File.ReadAllBytesAsync(Path.Combine(folder, FileName), cancellationToken))
                ?? throw new FormatException("it is empty");
            var state = new StandInState(
                content.ProcessedInputs,
                Hash32.Parse(content.History),
                OutputsFrontier.Of(content.Outputs, [.. content.Frontier.Select(Hash32.Parse)])
            );
            return state.Hash == Hash32.Parse(content.Hash)
                ? state
                : throw new FormatException($"its root is {state.Hash} and not {content.Hash}");
        }
        catch (Exception exception) when (exception is IOException or JsonException or FormatException or ArgumentException)
        {
            throw new MachineException($"The stored state in {folder} cannot be used: {exception.Message}", exception);
        }
    }

    private sealed record Content(ulong ProcessedInputs, string History, ulong Outputs, string[] Frontier, string Hash);
}
