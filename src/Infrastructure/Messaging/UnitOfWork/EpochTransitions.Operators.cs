using Microsoft.EntityFrameworkCore;
using Rollups.Contracts;
using Rollups.Domain;

namespace Rollups.Messaging;

/// <summary>What operators do with an application.</summary>
public sealed partial class EpochTransitions
{
    /// <summary>
    /// DISABLED, or INOPERABLE as FAILED, to ENABLED, and <c>app.enabled</c>. Clears kind and reason.
    /// </summary>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="at">Time of the transition.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public async Task<bool> EnableAsync(Application application, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var enabled = await _db
            .Applications.Where(app =>
                app.Id == application.Id
                && (
                    app.State == ApplicationState.Disabled
                    || (app.State == ApplicationState.Inoperable && app.ReasonKind == InoperableKind.Failed)
                )
            )
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(app => app.State, ApplicationState.Enabled)
                        .SetProperty(app => app.ReasonKind, (InoperableKind?)null)
                        .SetProperty(app => app.Reason, (string?)null)
                        .SetProperty(app => app.UpdatedAt, at),
                cancellationToken
            );
        if (enabled == 0)
            return false;
        await _publish.Publish(
            new AppEnabled
            {
                ChainId = _chainId,
                Application = application.Address.ToString(),
                ApplicationName = application.Name,
                OccurredAt = at,
            },
            cancellationToken
        );
        return true;
    }

    /// <summary>ENABLED to DISABLED, and <c>app.disabled</c>.</summary>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="at">Time of the transition.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public async Task<bool> DisableAsync(Application application, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var disabled = await _db
            .Applications.Where(app => app.Id == application.Id && app.State == ApplicationState.Enabled)
            .ExecuteUpdateAsync(
                set => set.SetProperty(app => app.State, ApplicationState.Disabled).SetProperty(app => app.UpdatedAt, at),
                cancellationToken
            );
        if (disabled == 0)
            return false;
        await PublishDisabledAsync(application, at, cancellationToken);
        return true;
    }

    /// <summary>
    /// Any state to REMOVING, and <c>app.disabled</c>, which frees what the services hold and wakes the removal. Clears kind and reason.
    /// </summary>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="at">Time of the transition.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public async Task<bool> BeginRemovalAsync(Application application, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var begun = await _db
            .Applications.Where(app => app.Id == application.Id && app.State != ApplicationState.Removing)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(app => app.State, ApplicationState.Removing)
                        .SetProperty(app => app.ReasonKind, (InoperableKind?)null)
                        .SetProperty(app => app.Reason, (string?)null)
                        .SetProperty(app => app.UpdatedAt, at),
                cancellationToken
            );
        if (begun == 0)
            return false;
        await PublishDisabledAsync(application, at, cancellationToken);
        return true;
    }

    /// <summary>Deletes the row of an application that is REMOVING, with what still refers to it, and <c>app.removed</c>.</summary>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="at">Time of the transition.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public async Task<bool> RemoveAsync(Application application, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var removed = await _db
            .Applications.Where(app => app.Id == application.Id && app.State == ApplicationState.Removing)
            .ExecuteDeleteAsync(cancellationToken);
        if (removed == 0)
            return false;
        await _publish.Publish(
            new AppRemoved
            {
                ChainId = _chainId,
                Application = application.Address.ToString(),
                ApplicationName = application.Name,
                OccurredAt = at,
            },
            cancellationToken
        );
        return true;
    }

    private Task PublishDisabledAsync(Application application, DateTimeOffset at, CancellationToken cancellationToken) =>
        _publish.Publish(
            new AppDisabled
            {
                ChainId = _chainId,
                Application = application.Address.ToString(),
                ApplicationName = application.Name,
                OccurredAt = at,
            },
            cancellationToken
        );
}
