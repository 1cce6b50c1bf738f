using System.Text.RegularExpressions;
using Rollups.Domain;

namespace Rollups.Api.Rpc;

/// <summary>What identifies an application in a request: exactly one of the two is set.</summary>
/// <param name="Address">Its contract.</param>
/// <param name="Name">Its name.</param>
internal readonly partial record struct ApplicationKey(Address? Address, string? Name)
{
    /// <summary>Longest name that is looked up.</summary>
    public const int LongestName = 128;

    /// <summary>Pattern of both forms, for the documents.</summary>
    public const string Pattern = "^(0x[0-9a-fA-F]{40}|[a-z0-9_-]{1,128})$";

    /// <summary>Reads 0x and 40 hex digits, or a name.</summary>
    public static bool TryParse(string text, out ApplicationKey key)
    {
        key = Domain.Address.TryParse(text, out var address) ? new ApplicationKey(address, null) : new ApplicationKey(null, text);
        return key.Address is not null || (text.Length <= LongestName && NameForm().IsMatch(text));
    }

    /// <inheritdoc />
    public override string ToString() => Address?.ToString() ?? Name ?? "";

    [GeneratedRegex("^[a-z0-9_-]+\\z")]
    private static partial Regex NameForm();
}
