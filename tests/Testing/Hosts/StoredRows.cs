using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Persistence;
using Xunit;

namespace Rollups.Testing;

/// <summary>What the services left in the database of a host.</summary>
public static class StoredRows
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The application as it is now.</summary>
    public static Task<Application> ApplicationAsync(this ServiceHost host, Application application) =>
        host.ReadAsync(db => db.Applications.AsNoTracking().SingleAsync(row => row.Id == application.Id, Cancel));

    /// <summary>The application of that name.</summary>
    public static Task<Application> ApplicationAsync(this ServiceHost host, string name) =>
        host.ReadAsync(db => db.Applications.AsNoTracking().SingleAsync(row => row.Name == name, Cancel));

    /// <summary>One epoch.</summary>
    public static Task<Epoch> EpochAsync(this ServiceHost host, Application application, ulong index) =>
        host.ReadAsync(db =>
            db.Epochs.AsNoTracking().SingleAsync(row => row.ApplicationId == application.Id && row.Index == index, Cancel)
        );

    /// <summary>Status of one epoch.</summary>
    public static async Task<EpochStatus> StatusAsync(this ServiceHost host, Application application, ulong index) =>
        (await host.EpochAsync(application, index)).Status;

    /// <summary>All epochs of the application, in order.</summary>
    public static Task<List<Epoch>> EpochsAsync(this ServiceHost host, Application application) =>
        host.ReadAsync(db =>
            db.Epochs.AsNoTracking().Where(row => row.ApplicationId == application.Id).OrderBy(row => row.Index).ToListAsync(Cancel)
        );

    /// <summary>All inputs of the application, in order.</summary>
    public static Task<List<Input>> InputsAsync(this ServiceHost host, Application application) =>
        host.ReadAsync(db =>
            db.Inputs.AsNoTracking().Where(row => row.ApplicationId == application.Id).OrderBy(row => row.Index).ToListAsync(Cancel)
        );

    /// <summary>All outputs of the application, in order.</summary>
    public static Task<List<Output>> OutputsAsync(this ServiceHost host, Application application) =>
        host.ReadAsync(db =>
            db.Outputs.AsNoTracking().Where(row => row.ApplicationId == application.Id).OrderBy(row => row.Index).ToListAsync(Cancel)
        );

    /// <summary>All transactions of the node, in order.</summary>
    public static Task<List<L1Transaction>> TransactionsAsync(this ServiceHost host) =>
        host.ReadAsync(db => db.Transactions.AsNoTracking().OrderBy(row => row.Id).ToListAsync(Cancel));

    /// <summary>Takes a lease that must be free.</summary>
    public static async Task<ILease> LeaseAsync(this ServiceHost host, string name)
    {
        ArgumentNullException.ThrowIfNull(host);
        return await host.Services.GetRequiredService<IDatabaseProvider>().TryAcquireLeaseAsync(name, Cancel)
            ?? throw new InvalidOperationException($"Somebody else has the lease {name}.");
    }
}
