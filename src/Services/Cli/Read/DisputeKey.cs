using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary>Place of a commitment or a match in a list, which begins with the newest epoch: <c>EPOCH:TOURNAMENT:HASH</c>.</summary>
internal sealed record DisputeKey(ulong Epoch, Address Tournament, Hash32 Hash)
{
    public override string ToString() => $"{Epoch}:{Tournament}:{Hash}";

    /// <exception cref="FormatException">The text is no such key.</exception>
    public static DisputeKey Parse(string text) =>
        text.Split(':') is [var epoch, var tournament, var hash]
            ? new(Typed.ParseNumber(epoch), Address.Parse(tournament), Hash32.Parse(hash))
            : throw new FormatException(
                $"'{Hex.Clip(text)}' is not the key of a row: give the one that the page before named, EPOCH:TOURNAMENT:HASH."
            );
}
