namespace Rollups.Persistence;

/// <summary>A named right that one process holds at a time. Dispose it to release it.</summary>
public interface ILease : IAsyncDisposable
{
    /// <summary>Name of the lease, such as <c>evm-reader:31337</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Number of this ownership, 1 or more: each later owner of the name has a greater one. It lets the database reject a former owner's
    /// transaction.
    /// </summary>
    long Term { get; }

    /// <summary>Cancelled when the lease is lost with its database connection.</summary>
    CancellationToken Lost { get; }
}
