using System.Text.Json;

namespace Rollups.Api.Rpc;

/// <summary>
/// Reads texts and members that a client has sent. The parser accepts strings that are no text: half of a surrogate pair ("\ud800", RFC
/// 8259, section 8.2) and bytes that are not UTF-8. Reading one throws; here it is a wrong value like any other.
/// </summary>
internal static class SentJson
{
    /// <summary>The text, or null if the value is none.</summary>
    public static string? TextOf(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The member of an object; undefined if the object has none of that name.</summary>
    /// <param name="parent">The object.</param>
    /// <param name="name">Name of the member.</param>
    /// <param name="code">Error code if a name in the object is no text, because then no member can be found for certain.</param>
    /// <exception cref="RpcException">A name in the object is no text.</exception>
    public static JsonElement MemberOf(JsonElement parent, string name, int code)
    {
        try
        {
            return parent.TryGetProperty(name, out var member) ? member : default;
        }
        catch (InvalidOperationException)
        {
            throw new RpcException(code, "The name of a member is no text: half of a surrogate pair stands alone in it.");
        }
    }
}
