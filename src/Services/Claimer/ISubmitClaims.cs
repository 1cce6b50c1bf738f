using Rollups.Domain;

namespace Rollups.Claimer;

/// <summary>Submits a missing claim.</summary>
internal interface ISubmitClaims
{
    /// <summary>Our account; null in reader mode.</summary>
    Address? Account { get; }

    /// <summary>Sends the claim, or polls the transaction sent before.</summary>
    /// <param name="application">The application, enabled.</param>
    /// <param name="epoch">
    /// Its oldest unsettled epoch, CLAIM_CALCULATED, for which the chain has no claim up to <paramref name="top"/>.
    /// </param>
    /// <param name="top">Number of the block at the configured tag.</param>
    /// <param name="cancellationToken">Cancels between the steps.</param>
    Task<Submission> SubmitAsync(Application application, Epoch epoch, ulong top, CancellationToken cancellationToken);
}
