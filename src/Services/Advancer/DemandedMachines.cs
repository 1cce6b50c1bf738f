using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>
/// Machines that must be up although no input is due: those to which programs outside the node connect, and those that a query waits for.
/// </summary>
internal sealed class DemandedMachines(ResidentMachines machines, IEnumerable<IMachineFactory> factories)
{
    private readonly List<IMachineFactory> _eager = [.. factories.Where(factory => factory.IsEager)];
    private readonly ConcurrentDictionary<int, bool> _asked = [];

    /// <summary>A query needs the machine: the application's next turn builds it.</summary>
    public void Ask(int applicationId) => _asked[applicationId] = true;

    /// <summary>Whether this turn must build the machine; forgets that a query asked for it.</summary>
    public bool Take(Application application)
    {
        var asked = _asked.TryRemove(application.Id, out _);
        return (asked || _eager.Exists(factory => factory.CanCreate(application.TemplateUri))) && machines.Find(application.Id) is null;
    }

    /// <summary>Applications whose machine must be up and is not, as far as this replica knows.</summary>
    public async Task<IReadOnlyCollection<Address>> FindAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        var found = new List<Address>();
        foreach (var scheme in _eager.Select(factory => factory.Scheme))
        {
            var applications = await db
                .Applications.Where(app => app.State == ApplicationState.Enabled && app.TemplateUri.StartsWith(scheme))
                .Select(app => new { app.Id, app.Address })
                .ToListAsync(cancellationToken);
            found.AddRange(applications.Where(app => machines.Find(app.Id) is null).Select(app => app.Address));
        }

        return found;
    }
}
