using Microsoft.Extensions.Logging;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Consumers;

/// <summary>
/// Wakes the reader at every head. After a failure no cursor has moved, so the next head or the fallback sync reads again.
/// </summary>
internal sealed class FollowHeadForInputs(IWorkRunner<ReadChain> runner) : IHeadListener
{
    public string Purpose => "read inputs";

    public Task OnHeadAsync(BlockHeader head, CancellationToken cancellationToken) =>
        runner.WakeAsync(WorkKey.Chain, WorkTrigger.Event, cancellationToken);

    public LogLevel LevelOf(Exception failure) => LoggedOutage.LevelOf(failure, LogLevel.Warning);
}
