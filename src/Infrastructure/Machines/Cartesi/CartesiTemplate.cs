using System.Globalization;

namespace Rollups.Machines.Cartesi;

/// <summary>
/// Where a stored machine is: <c>cartesi:/FOLDER</c> for a server that the node starts, <c>cartesi://HOST:PORT/FOLDER</c> for a server
/// that runs at that address and sees that folder.
/// </summary>
/// <param name="Host">Name or IP address of the remote host; null for this one.</param>
/// <param name="Port">TCP port of the server on the remote host.</param>
/// <param name="Folder">Absolute path of the stored machine, as its server sees it.</param>
internal sealed record CartesiTemplate(string? Host, int Port, string Folder)
{
    public const string Scheme = "cartesi:";

    /// <exception cref="MachineException">It is no such URI.</exception>
    public static CartesiTemplate Parse(string templateUri)
    {
        var rest = templateUri.StartsWith(Scheme, StringComparison.Ordinal) ? templateUri[Scheme.Length..] : "";
        if (!rest.StartsWith("//", StringComparison.Ordinal))
            return rest.StartsWith('/') ? new CartesiTemplate(null, 0, rest.TrimEnd('/')) : throw Wrong(templateUri);
        var slash = rest.IndexOf('/', 2);
        var colon = slash < 0 ? -1 : rest.LastIndexOf(':', slash);
        return
            colon > 2
            && int.TryParse(rest.AsSpan(colon + 1, slash - colon - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= 65535
            && rest.Length > slash + 1
            ? new CartesiTemplate(rest[2..colon].Trim('[', ']'), port, rest[slash..].TrimEnd('/'))
            : throw Wrong(templateUri);
    }

    private static MachineException Wrong(string templateUri) =>
        new(
            $"The template '{templateUri}' names no stored machine: register the application with {Scheme}/FOLDER (the absolute path of a "
                + $"machine stored on this host) or {Scheme}//HOST:PORT/FOLDER (a machine server on another host, and the path there)."
        );
}
