using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Rollups.Cli.Output;

/// <summary>Groups failures of one cause, which operators name by eight hex digits.</summary>
internal static partial class Cause
{
    /// <summary>Id of the cause: the same for texts that differ only in numbers, ids and hashes.</summary>
    /// <param name="parts">What makes the cause: for example a queue, a type of exception and its message.</param>
    public static string IdOf(params IEnumerable<string?> parts)
    {
        var text = string.Join('\n', parts.Select(part => Changing().Replace(part ?? "", "#")));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4));
    }

    /// <summary>
    /// Type of a message without its namespace, such as EpochClosed, from <c>urn:message:Rollups.Contracts:EpochClosed</c>.
    /// </summary>
    public static string ShortType(string urns) => urns.Split(';')[0].Split(':')[^1];

    [GeneratedRegex("0x[0-9a-fA-F]+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9]+")]
    private static partial Regex Changing();
}
