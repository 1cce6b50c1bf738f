using System.Text.Json;
using Rollups.Domain;
using Rollups.Machines.Cartesi.Rpc;

namespace Rollups.Machines.Cartesi;

/// <summary>
/// A stored state: the server's own files, and one of the node beside them, because a machine does not know how many inputs it has
/// completed. The folder is whole or absent: it has another name until everything is on the disk.
/// </summary>
internal static class CartesiSnapshot
{
    private const string FileName = "rollups.json";

    /// <summary>False if the server stores in a folder that this host does not see.</summary>
    /// <exception cref="IOException">The folder exists, or cannot be written.</exception>
    public static async Task<bool> WriteAsync(
        MachineServer server,
        string folder,
        ulong processedInputs,
        Hash32 root,
        ExecutionParameters limits,
        CancellationToken cancellationToken
    )
    {
        if (Path.Exists(folder))
            throw new IOException($"The folder {folder} exists already.");
        var deadline = TimeSpan.FromMilliseconds(limits.StoreTimeout);
        var unfinished = folder + ".new";
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        if (Path.GetDirectoryName(folder) is { Length: > 0 } parent)
            Directory.CreateDirectory(parent);
        try
        {
            await server.StoreAsync(unfinished, deadline, cancellationToken);
            if (!Directory.Exists(unfinished))
            {
                await server.RemoveStoredAsync(unfinished, cancellationToken);
                return false;
            }

            await using (var file = new FileStream(Path.Combine(unfinished, FileName), FileMode.Create))
            {
                await JsonSerializer.SerializeAsync(
                    file,
                    new Content(processedInputs, root.ToString()),
                    cancellationToken: cancellationToken
                );
                file.Flush(flushToDisk: true);
            }

            await server.SyncStoredAsync(unfinished, deadline, cancellationToken);
            await server.RenameStoredAsync(unfinished, folder, cancellationToken);
            return true;
        }
        catch
        {
            Remove(unfinished);
            throw;
        }
    }

    /// <summary>Inputs that the stored machine has completed, and its root.</summary>
    /// <exception cref="MachineException">There is no such state, or it is damaged.</exception>
    public static async Task<(ulong ProcessedInputs, Hash32 Root)> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(Path.Combine(folder, FileName));
            var content =
                await JsonSerializer.DeserializeAsync<Content>(file, cancellationToken: cancellationToken)
                ?? throw new FormatException("it is empty");
            return (content.ProcessedInputs, Hash32.Parse(content.Root));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or FormatException)
        {
            throw new MachineException($"The stored machine in {folder} cannot be used: {exception.Message}", exception);
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next snapshot of that name removes it.
        }
    }

    private sealed record Content(ulong ProcessedInputs, string Root);
}
