using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Database;
using Rollups.Persistence;

namespace Rollups.Cli.Doctor;

/// <summary>The database answers, has this version's schema and accepts writes; nothing was set aside in it.</summary>
internal static class CheckDatabase
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        await using var database = NodeDatabase.OpenExisting(configuration);
        return await database.GuardAsync<IReadOnlyList<Finding>>(async () =>
        {
            await database.EnsureSchemaAsync(cancellationToken);
            await DatabaseProbe.WriteAsync(database.Db, cancellationToken);
            var findings = new List<Finding> { Finding.Ok("database", $"{database.Name} has this version's schema and accepts writes.") };
            var dead = await database.Db.DeadOutbox.CountAsync(cancellationToken);
            findings.Add(
                dead == 0
                    ? Finding.Ok("outbox", "No message is set aside.")
                    : Finding.Warning("outbox", $"{dead} messages that the broker refused are set aside: see 'rollups outbox list'.")
            );
            var stopped = await database.Db.Applications.CountAsync(
                app => app.State == Domain.ApplicationState.Inoperable,
                cancellationToken
            );
            if (stopped > 0)
                findings.Add(Finding.Warning("applications", $"{stopped} stopped by a fault: see 'rollups app list'."));
            return findings;
        });
    }
}
