namespace Rollups.Node;

/// <summary>One of the services that a node can run.</summary>
/// <param name="Name">Name on the command line and in metrics, kebab-case.</param>
/// <param name="ReadsChain">Whether it needs the L1 endpoint.</param>
/// <param name="Add">Adds it to the host.</param>
/// <param name="HasWork">Whether events and syncs make it work, so that it has the settings of every such service.</param>
internal sealed record NodeService(
    string Name,
    bool ReadsChain,
    Func<IServiceCollection, IConfiguration, IServiceCollection> Add,
    bool HasWork = true
);
