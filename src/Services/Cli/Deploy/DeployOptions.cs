using System.CommandLine;
using System.Globalization;
using Rollups.Cli.L1;
using Rollups.Cli.Read;
using Rollups.Domain;

namespace Rollups.Cli.Deploy;

/// <summary>Options that several verbs of <c>rollups deploy</c> have.</summary>
internal static class DeployOptions
{
    /// <summary>Skips the question.</summary>
    public static Option<bool> Yes() => new("--yes", "-y") { Description = "Deploy without asking." };

    /// <summary>Registers what was deployed.</summary>
    public static Option<string?> Register() =>
        new("--register") { Description = "Register it under this name with a running node, over its broker.", HelpName = "NAME" };

    /// <summary>Tells deployments of equal parameters apart.</summary>
    public static Option<Hash32?> Salt() =>
        new("--salt")
        {
            Description = "0x and 64 hex digits, or a number; it tells deployments of equal parameters apart (default 0).",
            HelpName = "SALT",
            CustomParser = result => Typed.Read(result, text => (Hash32?)ParseSalt(text)),
        };

    /// <summary>Blocks per epoch.</summary>
    public static Option<ulong> EpochLength()
    {
        var option = new Option<ulong>("--epoch-length")
        {
            Description = "Blocks per epoch (default 7200, about a day of Ethereum).",
            HelpName = "BLOCKS",
            DefaultValueFactory = _ => 7200,
        };
        option.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<ulong>() == 0)
                result.AddError("--epoch-length is 0: give a number of blocks above 0.");
        });
        return option;
    }

    /// <summary>A 32-byte hash.</summary>
    public static Option<Hash32?> Hash(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "HASH",
            CustomParser = result =>
                Typed.Read(
                    result,
                    text =>
                        Hash32.TryParse(text, out var hash)
                            ? (Hash32?)hash
                            : throw new FormatException($"'{Hex.Clip(text)}' is not a hash: give 0x and 64 hex digits.")
                ),
        };

    private static Hash32 ParseSalt(string text)
    {
        if (Hash32.TryParse(text, out var salt))
            return salt;
        if (!Amount.TryInteger(text, out var number) || number.Sign < 0 || number.GetByteCount(isUnsigned: true) > Hash32.Size)
            throw new FormatException($"'{Hex.Clip(text)}' is not a salt: give 0x and 64 hex digits, or a number.");
        return Hash32.Parse("0x" + number.ToString("x", CultureInfo.InvariantCulture).TrimStart('0').PadLeft(2 * Hash32.Size, '0'));
    }
}
