namespace Rollups.Persistence;

/// <summary>A named right that one process holds at a time. Dispose it to hand it on.</summary>
public interface ILease : IAsyncDisposable
{
    /// <summary>Name of the lease, such as <c>evm-reader:31337</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Number of this ownership, 1 or more: each next owner of the name has a greater one. A former owner's transaction is refused by it.
    /// </summary>
    long Term { get; }

    /// <summary>Cancelled when the lease is lost with its database connection.</summary>
    CancellationToken Lost { get; }
}
