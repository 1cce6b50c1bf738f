using Microsoft.EntityFrameworkCore;
using Rollups.Contracts;
using Rollups.Domain;

namespace Rollups.Messaging;

/// <summary>How an application begins, and how a fault stops it: transitions that several services make.</summary>
public sealed partial class EpochTransitions
{
    /// <summary>
    /// A new application, ENABLED, and <c>app.registered</c>. No statement runs now: the unit inserts the row when it saves. A second one
    /// with its name or address fails the unit.
    /// </summary>
    /// <param name="application">The row, without state and times.</param>
    /// <param name="at">Time of the change.</param>
    /// <param name="cancellationToken">Cancels the publishing.</param>
    public Task RegisterAsync(Application application, DateTimeOffset at, CancellationToken cancellationToken)
    {
        application.State = ApplicationState.Enabled;
        application.CreatedAt = at;
        application.UpdatedAt = at;
        _db.Add(application);
        return _publish.Publish(
            new AppRegistered
            {
                ChainId = _chainId,
                Application = application.Address.ToString(),
                ApplicationName = application.Name,
                ConsensusType = EnumNames.Of(application.ConsensusType),
                Consensus = application.ConsensusAddress.ToString(),
                OccurredAt = at,
            },
            cancellationToken
        );
    }

    /// <inheritdoc cref="HaltAsync(int, string, Address, InoperableKind, string, DateTimeOffset, CancellationToken)"/>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="kind">Kind of fault.</param>
    /// <param name="reason">What happened, with both values, and what the operator can do.</param>
    /// <param name="at">Time of the transition.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public Task<bool> HaltAsync(
        Application application,
        InoperableKind kind,
        string reason,
        DateTimeOffset at,
        CancellationToken cancellationToken
    ) => HaltAsync(application.Id, application.Name, application.Address, kind, reason, at, cancellationToken);

    /// <summary>
    /// The same because of what L1 shows about an epoch. That is void once the epoch has another status, round or settlement than when
    /// it was judged: L1 may have replaced the block that shows it. The caller holds the application's lock, as does whatever changes
    /// these.
    /// </summary>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="epoch">The epoch, as it was loaded before L1 was read.</param>
    /// <param name="kind">Kind of fault.</param>
    /// <param name="reason">What happened, with both values, and what the operator can do.</param>
    /// <param name="at">Time of the transition.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>
    /// False when the epoch has another status, round or settlement than when it was loaded, or the application was already stopped, for a
    /// fault that this one does not replace.
    /// </returns>
    public Task<bool> HaltForEpochAsync(
        Application application,
        Epoch epoch,
        InoperableKind kind,
        string reason,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        var judged = StillAsJudged(epoch);
        return HaltAsync(
            _db.Applications.Where(app => app.Id == application.Id && judged.Any()),
            application.Name,
            application.Address,
            kind,
            reason,
            at,
            cancellationToken
        );
    }

    /// <summary>
    /// ENABLED to INOPERABLE, and <c>app.inoperable</c>. An application that is INOPERABLE as FAILED, or DISABLED, also moves, but to a
    /// graver kind than FAILED alone: those are found by observing L1, which goes on. Writes kind and reason.
    /// </summary>
    /// <param name="applicationId">Internal key.</param>
    /// <param name="name">Name for people.</param>
    /// <param name="address">The application contract.</param>
    /// <param name="kind">Kind of fault.</param>
    /// <param name="reason">What happened, with both values, and what the operator can do.</param>
    /// <param name="at">Time of the transition.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>False when the application was already stopped, for a fault that this one does not replace.</returns>
    public Task<bool> HaltAsync(
        int applicationId,
        string name,
        Address address,
        InoperableKind kind,
        string reason,
        DateTimeOffset at,
        CancellationToken cancellationToken
    ) => HaltAsync(_db.Applications.Where(app => app.Id == applicationId), name, address, kind, reason, at, cancellationToken);

    private async Task<bool> HaltAsync(
        IQueryable<Application> application,
        string name,
        Address address,
        InoperableKind kind,
        string reason,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        var isGraver = kind is not InoperableKind.Failed;
        var halted = await application
            .Where(app =>
                app.State == ApplicationState.Enabled
                || (
                    isGraver
                    && (
                        app.State == ApplicationState.Disabled
                        || (app.State == ApplicationState.Inoperable && app.ReasonKind == InoperableKind.Failed)
                    )
                )
            )
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(app => app.State, ApplicationState.Inoperable)
                        .SetProperty(app => app.ReasonKind, kind)
                        .SetProperty(app => app.Reason, reason)
                        .SetProperty(app => app.UpdatedAt, at),
                cancellationToken
            );
        if (halted == 0)
            return false;
        await _publish.Publish(
            new AppInoperable
            {
                ChainId = _chainId,
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
