namespace Rollups.Messaging;

/// <summary>
/// The tags by which a health check names the services that need what it checks. A check without one concerns all services.
/// </summary>
public static class ServiceTag
{
    private const string Prefix = "service:";

    /// <summary>The tags of services.</summary>
    public static string[] Of(IEnumerable<string> services) => [.. services.Select(service => Prefix + service)];

    /// <summary>The services that the tags name; none for all.</summary>
    public static IReadOnlyList<string> ServicesOf(IEnumerable<string> tags) =>
        [.. tags.Where(tag => tag.StartsWith(Prefix, StringComparison.Ordinal)).Select(tag => tag[Prefix.Length..])];
}
