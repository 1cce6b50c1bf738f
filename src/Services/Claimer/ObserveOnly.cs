using Rollups.Domain;

namespace Rollups.Claimer;

/// <summary>Reader mode: claims are observed and never sent.</summary>
internal sealed class ObserveOnly : ISubmitClaims
{
    public Address? Account => null;

    public Task<Submission> SubmitAsync(Application application, Epoch epoch, ulong top, CancellationToken cancellationToken) =>
        Task.FromResult(Submission.Waiting);
}
