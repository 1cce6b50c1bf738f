using System.Text;

namespace Rollups.Ethereum;

/// <summary>
/// An endpoint's URL, with its credentials split off. .NET drops them silently; here they are sent as a header (RFC 7617), and the URL
/// that the rest of the program sees and may log has none.
/// </summary>
internal sealed class EndpointAddress
{
    private EndpointAddress(Uri uri, string? authorization) => (Uri, Authorization) = (uri, authorization);

    /// <summary>
    /// The URL without user and password. Its path and query may still contain a key: log only <see cref="System.Uri.Authority"/>.
    /// </summary>
    public Uri Uri { get; }

    /// <summary>Value of the header Authorization, or null. Secret.</summary>
    public string? Authorization { get; }

    /// <summary>Reads an absolute URL.</summary>
    public static EndpointAddress Parse(string text)
    {
        var uri = new Uri(text);
        if (uri.UserInfo.Length == 0)
            return new EndpointAddress(uri, null);
        var parts = uri.UserInfo.Split(':', 2);
        var credentials = Encoding.UTF8.GetBytes(
            $"{System.Uri.UnescapeDataString(parts[0])}:{System.Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? "")}"
        );
        return new EndpointAddress(
            new UriBuilder(uri) { UserName = "", Password = "" }.Uri,
            $"Basic {Convert.ToBase64String(credentials)}"
        );
    }
}
