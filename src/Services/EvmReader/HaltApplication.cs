using Microsoft.Extensions.Logging;
using Rollups.Contracts;
using Rollups.Ethereum;
using Rollups.EvmReader.Chain;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader;

/// <summary>Makes an application inoperable and says so, in the caller's transaction.</summary>
internal sealed partial class HaltApplication(ObservedChain chain, TimeProvider clock, ILogger<HaltApplication> logger)
{
    public async Task ExecuteAsync(
        IWorkScope scope, int applicationId, string name, Address address, InoperableKind kind, string reason, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (!await scope.Db.HaltApplicationAsync(applicationId, kind, reason, now, cancellationToken))
            return;
        LogHalted(logger, name, address, kind, reason);
        await scope.Publish.Publish(
            new AppInoperable
            {
                ChainId = chain.ChainId, Application = address.ToString(), ApplicationName = name, ReasonKind = Words.Of(kind),
                Reason = reason, OccurredAt = now,
            },
            cancellationToken);
    }

    [LoggerMessage(1, LogLevel.Error, "Application {Name} ({Application}) is inoperable, {Kind}: {Reason}")]
    private static partial void LogHalted(ILogger logger, string name, Address application, InoperableKind kind, string reason);
}
