using Microsoft.Extensions.Logging;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Claimer;

/// <summary>
/// Wakes the Claimer at every head for applications with an unsettled claim, because any head may carry a receipt or a claim. Without
/// such an application it costs one query per head.
/// </summary>
internal sealed class FollowHeadForClaims(IWorkRunner<SettleClaims> runner) : IHeadListener
{
    public string Purpose => "check claims";

    public Task OnHeadAsync(BlockHeader head, CancellationToken cancellationToken) =>
        runner.WakeAllAsync(WorkTrigger.Event, cancellationToken);

    public LogLevel LevelOf(Exception failure) => LoggedOutage.LevelOf(failure, LogLevel.Warning);
}
