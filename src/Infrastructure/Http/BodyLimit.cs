using Microsoft.AspNetCore.Builder;

namespace Rollups.Http;

/// <summary>
/// Limits the bodies of requests in a way that clients understand. Kestrel closes the connection of a client whose body it refuses, and a
/// client that is still sending then sees a broken pipe instead of the answer. Here the part of the node that reads a body refuses it, and
/// Kestrel reads and discards the rest behind the answer, up to <see cref="Discarded"/> and for five seconds at most.
/// </summary>
internal static class BodyLimit
{
    /// <summary>Bytes that are discarded behind the limit, 64 MiB. A client that sends more still loses its connection.</summary>
    public const long Discarded = 64L << 20;

    /// <summary>Adds the limit to every request.</summary>
    /// <param name="server">The listener.</param>
    /// <param name="bytes">Largest body.</param>
    public static void Use(WebApplication server, long bytes) =>
        server.Use(
            (http, next) =>
            {
                http.Request.Body = new LimitedBody(http.Request, bytes);
                return next(http);
            }
        );
}
