namespace Rollups.Persistence;

/// <summary>
/// How often a lease has been taken. An owner's transactions hold this row as it was when the owner took the lease; a former owner finds it
/// changed.
/// </summary>
public sealed class LeaseTerm
{
    /// <summary>Name of the lease, such as <c>evm-reader:31337</c>.</summary>
    public required string Name { get; set; }

    /// <summary>Number of the newest ownership, from 1.</summary>
    public long Term { get; set; }
}
