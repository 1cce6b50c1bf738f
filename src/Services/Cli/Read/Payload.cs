using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary>Data of the application in a table.</summary>
internal static class Payload
{
    private const int Shown = 32;

    /// <summary>The first 32 bytes in hex; a longer payload ends with an ellipsis. JSON has it whole.</summary>
    public static string Preview(byte[] payload) =>
        payload.Length <= Shown ? Hex.Encode(payload) : Hex.Encode(payload.AsSpan(0, Shown)) + "…";
}
