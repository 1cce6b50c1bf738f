using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.EvmReader.Commands;

/// <summary>The application that a command names.</summary>
internal sealed class NamedApplication(RollupsDbContext db, IDatabaseProvider database)
{
    /// <summary>Locks its row until the transaction ends, so that commands and services decide one after the other.</summary>
    /// <param name="named">Its name, or the address of its contract.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    /// <exception cref="CommandRefusedException">There is none.</exception>
    public async Task<Application> LockAsync(string named, CancellationToken cancellationToken)
    {
        var isAddress = Address.TryParse(named, out var address);
        var id = await db
            .Applications.Where(app => isAddress ? app.Address == address : app.Name == named)
            .Select(app => (int?)app.Id)
            .SingleOrDefaultAsync(cancellationToken);
        if (id is { } found && await database.LockApplicationAsync(db, found, cancellationToken))
            return await db.Applications.AsNoTracking().SingleAsync(app => app.Id == found, cancellationToken);
        throw new CommandRefusedException(
            $"No application has the {(isAddress ? "address" : "name")} '{Hex.Clip(named)}': 'rollups app list' shows those that are "
                + "registered.",
            isUnknown: true
        );
    }
}
