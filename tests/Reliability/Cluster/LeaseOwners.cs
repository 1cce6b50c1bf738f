using Microsoft.EntityFrameworkCore;

namespace Rollups.Reliability.Tests.Cluster;

/// <summary>Which process owns what, as PostgreSQL knows it: the session with the advisory lock says its process by its name.</summary>
internal sealed class LeaseOwners(NodeCluster cluster)
{
    /// <summary>The process that holds a lease, such as <c>evm-reader:31337</c>; null while none does.</summary>
    public async Task<ServiceProcess?> OfAsync(string lease, CancellationToken cancellationToken)
    {
        var names = await cluster.ReadAsync(db =>
            db.Database.SqlQuery<string>(
                    $"""
                    SELECT session.application_name AS "Value"
                    FROM pg_locks held JOIN pg_stat_activity session USING (pid)
                    WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 1 AND session.datname = current_database()
                      AND ((held.classid::bigint << 32) | held.objid::bigint) = hashtextextended({lease}, 0)
                    """
                )
                .ToListAsync(cancellationToken)
        );
        return names.Count == 0
            ? null
            : cluster.Processes.SingleOrDefault(process =>
                names.Single().StartsWith($"rollups-leases {process.Id}@", StringComparison.Ordinal)
            );
    }

    /// <summary>Waits until a process owns it.</summary>
    public Task<ServiceProcess> UntilOwnedAsync(string lease, CancellationToken cancellationToken) =>
        UntilOwnedAsync(lease, _ => true, cancellationToken);

    /// <summary>Waits until a process owns it that the caller wants.</summary>
    public async Task<ServiceProcess> UntilOwnedAsync(string lease, Func<ServiceProcess, bool> wanted, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            if (await OfAsync(lease, cancellationToken) is { } owner && wanted(owner))
                return owner;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
