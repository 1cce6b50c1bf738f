using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary>Place of a tournament in a list, which begins with the newest epoch: <c>EPOCH:ADDRESS</c>.</summary>
internal sealed record TournamentKey(ulong Epoch, Address Address)
{
    public override string ToString() => $"{Epoch}:{Address}";

    /// <exception cref="FormatException">The text is no such key.</exception>
    public static TournamentKey Parse(string text) =>
        text.Split(':') is [var epoch, var address]
            ? new(Typed.ParseNumber(epoch), Address.Parse(address))
            : throw new FormatException(
                $"'{Hex.Clip(text)}' is not the key of a row: give the one that the page before named, EPOCH:ADDRESS."
            );
}
