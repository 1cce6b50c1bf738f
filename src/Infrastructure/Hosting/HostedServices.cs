namespace Rollups.Hosting;

/// <summary>The services of the node that this process runs.</summary>
/// <param name="Names">Their names, such as <c>advancer</c>.</param>
public sealed record HostedServices(IReadOnlyCollection<string> Names);
