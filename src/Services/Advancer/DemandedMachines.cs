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

    /// <summary>Applications that programs outside the node connect to; null if no machine is of that kind.</summary>
    public IQueryable<Application>? Eager(RollupsDbContext db) =>
        _eager
            .Select(factory => factory.Scheme)
            .Select(scheme => db.Applications.Where(app => app.State == ApplicationState.Enabled && app.TemplateUri.StartsWith(scheme)))
            .Aggregate((IQueryable<Application>?)null, (all, more) => all is null ? more : all.Concat(more));

    /// <summary>Whether such an application's machine is not up, as far as this replica knows.</summary>
    public bool IsMissing(int applicationId) => machines.Find(applicationId) is null;
}
