namespace Rollups.Persistence;

/// <summary>
/// How often a lease has been acquired. An owner's transactions lock this row with the term of its acquisition; a former owner finds
/// another term.
/// </summary>
public sealed class LeaseTerm
{
    /// <summary>Name of the lease, such as <c>evm-reader:31337</c>.</summary>
    public required string Name { get; set; }

    /// <summary>Number of the latest acquisition, from 1.</summary>
    public long Term { get; set; }
}
