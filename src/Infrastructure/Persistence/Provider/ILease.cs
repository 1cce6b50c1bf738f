namespace Rollups.Persistence;

/// <summary>A named right that one process holds at a time. Dispose it to hand it on.</summary>
public interface ILease : IAsyncDisposable
{
    /// <summary>Name of the lease, such as <c>evm-reader:31337</c>.</summary>
    string Name { get; }

    /// <summary>Cancelled when the lease is lost with its database connection.</summary>
    CancellationToken Lost { get; }
}
