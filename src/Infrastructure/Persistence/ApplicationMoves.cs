using Microsoft.EntityFrameworkCore;

namespace Rollups.Persistence;

/// <summary>Guarded moves of an application's state.</summary>
public static class ApplicationMoves
{
    /// <summary>
    /// Stops an application for a fault. True when it was stopped by this call: publish app.inoperable then, in the same transaction.
    /// False when it was stopped already (a graver kind still replaces <see cref="InoperableKind.Failed"/>).
    /// </summary>
    /// <param name="db">Context with an open transaction.</param>
    /// <param name="applicationId">The application.</param>
    /// <param name="kind">Kind of fault.</param>
    /// <param name="reason">What happened, with both values, and what the operator can do.</param>
    /// <param name="at">Time of the move.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public static async Task<bool> HaltApplicationAsync(
        this RollupsDbContext db,
        int applicationId,
        InoperableKind kind,
        string reason,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        var mayReplaceFailed = kind is not InoperableKind.Failed;
        var rows = await db
            .Applications.Where(app =>
                app.Id == applicationId
                && (
                    app.State == ApplicationState.Enabled
                    || (mayReplaceFailed && app.State == ApplicationState.Inoperable && app.ReasonKind == InoperableKind.Failed)
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
        return rows == 1;
    }
}
