using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;
using System.Net;

namespace Rollups.Testing;

/// <summary>
/// Hosts that this process resolves and connects to, as .NET itself reports: names, requests and sockets, from any code.
/// </summary>
public sealed class OutgoingConnections : EventListener
{
    private const int AddressOfVersion4 = 2;
    private const int AddressOfVersion6 = 6;

    private readonly ConcurrentDictionary<string, byte> _hosts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every host that was resolved or connected to: a name or an IP address, each once.</summary>
    public IReadOnlyCollection<string> Hosts => [.. _hosts.Keys];

    /// <summary>Those that are neither this machine nor among the given hosts.</summary>
    public IReadOnlyList<string> Strangers(params IEnumerable<string> configured)
    {
        var known = configured.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. Hosts.Where(host => !known.Contains(host) && !IsThisMachine(host))];
    }

    /// <inheritdoc />
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        ArgumentNullException.ThrowIfNull(eventSource);
        if (eventSource.Name is "System.Net.NameResolution" or "System.Net.Sockets" or "System.Net.Http")
            EnableEvents(eventSource, EventLevel.Informational, EventKeywords.All);
    }

    /// <inheritdoc />
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        ArgumentNullException.ThrowIfNull(eventData);
        var host = (eventData.EventSource.Name, eventData.EventName, eventData.Payload) switch
        {
            ("System.Net.NameResolution", "ResolutionStart", [string name, ..]) => name,
            ("System.Net.Http", "RequestStart", [_, string name, ..]) => name,
            ("System.Net.Sockets", "ConnectStart", [string address, ..]) => AddressOf(address),
            _ => null,
        };
        if (!string.IsNullOrEmpty(host))
            _hosts.TryAdd(host, 0);
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.Equals(Environment.MachineName, StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>
    /// The address in SocketAddress's own notation, such as <c>InterNetwork:16:{31,144,127,0,0,1,...}</c>; null for a socket file.
    /// </summary>
    private static string? AddressOf(string text)
    {
        var parts = text.Split(':', 3);
        var length = parts[0] switch
        {
            "InterNetwork" => 4,
            "InterNetworkV6" => 16,
            _ => 0,
        };
        if (length == 0)
            return null;
        var first = length == 4 ? AddressOfVersion4 : AddressOfVersion6;
        var bytes = parts[2].Trim('{', '}').Split(',').Select(number => byte.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        var address = new IPAddress(bytes.AsSpan(first, length));
        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
    }
}
