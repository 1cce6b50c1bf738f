using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.EvmReader.Store;

/// <summary>Makes an application inoperable and publishes the event, in the caller's transaction.</summary>
internal sealed partial class HaltApplication(TimeProvider clock, ILogger logger)
{
    public async Task ExecuteAsync(
        IWorkScope scope,
        int applicationId,
        string name,
        Address address,
        InoperableKind kind,
        string reason,
        CancellationToken cancellationToken
    )
    {
        if (await scope.Transitions.HaltAsync(applicationId, name, address, kind, reason, clock.GetUtcNow(), cancellationToken))
            LogHalted(logger, name, address, kind, reason);
    }

    /// <summary>The same with state CORRUPTED, for a contradiction between L1 and the stored data.</summary>
    public Task ForContradictionAsync(
        IWorkScope scope,
        int applicationId,
        string name,
        Address address,
        string what,
        CancellationToken cancellationToken
    ) =>
        ExecuteAsync(
            scope,
            applicationId,
            name,
            address,
            InoperableKind.Corrupted,
            $"{what}. Was L1 reorganised, or the endpoint or the database exchanged? The node runs and claims nothing for it any more.",
            cancellationToken
        );

    [LoggerMessage(91, LogLevel.Error, "Application {Name} ({Application}) is inoperable, {Kind}: {Reason}")]
    private static partial void LogHalted(ILogger logger, string name, Address application, InoperableKind kind, string reason);
}
