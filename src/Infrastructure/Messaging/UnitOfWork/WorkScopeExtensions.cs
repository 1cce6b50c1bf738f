using Rollups.Contracts;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>Moves that several services make.</summary>
public static class WorkScopeExtensions
{
    /// <summary>Stops an application for a fault and announces it, in the unit's transaction; nothing when it was stopped already.</summary>
    /// <param name="scope">The unit.</param>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="chain">The chain that the event names.</param>
    /// <param name="kind">Kind of fault.</param>
    /// <param name="reason">What happened, with both values, and what the operator can do.</param>
    /// <param name="at">Time of the move.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public static async Task<bool> HaltAsync(
        this IWorkScope scope, Application application, ChainIdentity chain, InoperableKind kind, string reason, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (!await scope.Db.HaltApplicationAsync(application.Id, kind, reason, at, cancellationToken))
            return false;
        await scope.Publish.Publish(
            new AppInoperable
            {
                ChainId = chain.ChainId, Application = application.Address.ToString(), ApplicationName = application.Name, ReasonKind = Words.Of(kind), Reason = reason, OccurredAt = at,
            },
            cancellationToken);
        return true;
    }
}
