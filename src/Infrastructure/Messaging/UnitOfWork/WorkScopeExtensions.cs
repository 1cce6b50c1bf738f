using Rollups.Contracts;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>Moves that several services make.</summary>
public static class WorkScopeExtensions
{
    /// <summary>
    /// Stops an application for a fault and announces it, in the unit's transaction; nothing when it was stopped already.
    /// </summary>
    /// <param name="scope">The unit.</param>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="chain">The chain that the event names.</param>
    /// <param name="kind">Kind of fault.</param>
    /// <param name="reason">What happened, with both values, and what the operator can do.</param>
    /// <param name="at">Time of the move.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public static Task<bool> HaltAsync(
        this IWorkScope scope,
        Application application,
        ChainIdentity chain,
        InoperableKind kind,
        string reason,
        DateTimeOffset at,
        CancellationToken cancellationToken
    ) => scope.HaltAsync(application.Id, application.Name, application.Address, chain.ChainId, kind, reason, at, cancellationToken);

    /// <summary>The same, of an application of which only these are at hand.</summary>
    /// <param name="scope">The unit.</param>
    /// <param name="applicationId">Internal key.</param>
    /// <param name="name">Name for people.</param>
    /// <param name="address">The application contract.</param>
    /// <param name="chainId">EIP-155 chain id that the event names.</param>
    /// <param name="kind">Kind of fault.</param>
    /// <param name="reason">What happened, with both values, and what the operator can do.</param>
    /// <param name="at">Time of the move.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public static async Task<bool> HaltAsync(
        this IWorkScope scope,
        int applicationId,
        string name,
        Address address,
        ulong chainId,
        InoperableKind kind,
        string reason,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        if (!await scope.Db.HaltApplicationAsync(applicationId, kind, reason, at, cancellationToken))
            return false;
        await scope.Publish.Publish(
            new AppInoperable
            {
                ChainId = chainId,
                Application = address.ToString(),
                ApplicationName = name,
                ReasonKind = EnumNames.Of(kind),
                Reason = reason,
                OccurredAt = at,
            },
            cancellationToken
        );
        return true;
    }
}
