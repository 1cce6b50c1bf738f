using Rollups.Domain;

namespace Rollups.Messaging;

/// <summary>
/// The subject of a run of a service's work: one application, or the chain as a whole (the EvmReader reads all applications together).
/// </summary>
/// <param name="Application">The application; null for the chain.</param>
public readonly record struct WorkKey(Address? Application)
{
    /// <summary>The one key of work that is not split by application.</summary>
    public static WorkKey Chain => default;

    /// <inheritdoc />
    public override string ToString() => Application?.ToString() ?? "chain";
}
