using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Claimer;

/// <summary>Brings a missing claim to the chain.</summary>
internal interface ISubmitClaims
{
    /// <summary>Our account; null in reader mode.</summary>
    Address? Account { get; }

    /// <summary>Sends the claim, or looks after the transaction that was sent before. Returns true when a transaction of ours is mined that was not before.</summary>
    Task<bool> SubmitAsync(Application application, Epoch epoch, ulong top, CancellationToken cancellationToken);
}

/// <summary>Reader mode: claims are observed and never sent.</summary>
internal sealed class ObserveOnly : ISubmitClaims
{
    public Address? Account => null;

    public Task<bool> SubmitAsync(Application application, Epoch epoch, ulong top, CancellationToken cancellationToken) => Task.FromResult(false);
}
