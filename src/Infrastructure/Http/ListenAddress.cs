using System.Net;

namespace Rollups.Http;

/// <summary>The text of a setting that is an IP address and a port.</summary>
public static class ListenAddress
{
    /// <summary>The sentence that refuses the text, or null if it is an address and a port.</summary>
    /// <param name="setting">Full name of the setting.</param>
    /// <param name="text">Its value.</param>
    /// <param name="port">Port of the examples in the sentence.</param>
    public static string? Refuse(string setting, string text, int port)
    {
        ArgumentNullException.ThrowIfNull(text);
        // IPEndPoint.TryParse reads a bare address as port 0, which is hardly ever meant.
        return IPEndPoint.TryParse(text, out var endPoint) && (endPoint.Port != 0 || text.EndsWith(":0", StringComparison.Ordinal))
            ? null
            : $"{setting} is '{text}': give an IP address and a port, such as 127.0.0.1:{port} or 0.0.0.0:{port}.";
    }
}
