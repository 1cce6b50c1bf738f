using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>The events of one application that wait for the dispatcher.</summary>
public static class ApplicationOutbox
{
    /// <summary>Whether there is one. Reads the application's lane, which holds pending rows alone.</summary>
    public static Task<bool> HasAnyOfAsync(RollupsDbContext db, Address application, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        var address = application.ToString();
        var lane = OutboxLanes.Of(address);
        return db.Outbox.AnyAsync(message => message.Lane == lane && message.Body.Contains(address), cancellationToken);
    }
}
