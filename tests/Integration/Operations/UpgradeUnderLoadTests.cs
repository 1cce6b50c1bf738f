using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Integration.Tests.Operations;

/// <summary>An upgrade without downtime: the services of this build make epochs while the next version's migrations are applied.</summary>
[NeedsServers]
public sealed class UpgradeUnderLoadTests(AnvilChain anvil, PostgresServer postgres, RabbitMqServer rabbit) : IClassFixture<AnvilChain>
{
    // Epochs under way at the same time.
    private const int Ahead = 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Story Story => new(anvil, Token);

    [Fact]
    public async Task Services_keep_every_epoch_while_the_next_version_expands_the_schema()
    {
        await using var node = await DeployedNode.StartAsync(
            anvil,
            postgres,
            rabbit,
            ["evm-reader,lifecycle", "advancer,validator", "claimer,prt"],
            Token,
            // The processes start together on the schema before this build's newest migration, and the first of them applies it.
            prepare: node => node.OnDatabaseAsync(MigrateToPreviousAsync)
        );
        var application = await Story.DeployAsync();
        await DoneAsync(node, $"rollups app register echo {application} --template echo:");
        using var stop = new CancellationTokenSource();
        var load = LoadAsync(node, application, stop.Token);
        var before = await AcceptedAsync(node, load, epochs: 2);

        await NextVersion.UpgradeAsync(node.Settings, Token);

        // The processes that ran before go on, with epochs that they open on the new schema.
        var after = await AcceptedAsync(node, load, await StoredAsync(node) + 2);
        (await NotesAsync(node)).ShouldBeGreaterThan(0, "the next version's trigger sees what the old services write");
        (await ValidIndexesAsync(node)).ShouldBe(1);
        // One that dies comes back on the newer schema, which admits it.
        foreach (var process in node.Processes)
        {
            await process.KillAsync();
            process.Start();
        }

        foreach (var process in node.Processes)
            await process.ReadyAsync(Token);
        var again = await AcceptedAsync(node, load, await StoredAsync(node) + 2);
        (await DoneAsync(node, "rollups db status")).ShouldContain("has a newer schema, which admits this version");

        await stop.CancelAsync();
        var sent = await load;
        await Story.EndEpochAsync();
        await Story.UntilAsync(() => CountAsync(node), accepted => accepted == sent, accepted => $"{accepted} of {sent} epochs");
        var inputs = await node.OnDatabaseAsync(db => db.Inputs.OrderBy(input => input.Index).ToListAsync(Token));
        inputs.ConvertAll(input => input.Index).ShouldBe([.. Enumerable.Range(0, sent).Select(index => (ulong)index)]);
        inputs.ShouldAllBe(input => input.Status == InputStatus.Accepted);
        (await node.OnDatabaseAsync(db => db.Epochs.CountAsync(Token))).ShouldBe(sent);
        (await node.OnDatabaseAsync(db => db.DeadOutbox.CountAsync(Token))).ShouldBe(0);
        foreach (var process in node.Processes)
            process.EnsureRunning();
        TestContext.Current.SendDiagnosticMessage(
            $"{sent} epochs kept: {before} accepted before the upgrade, {after} when the old processes ended, {again} "
                + "by those that came back"
        );
    }

    /// <summary>Sends an input into an epoch of its own, again and again, a few epochs ahead of the accepted ones; how many.</summary>
    private async Task<int> LoadAsync(DeployedNode node, Address application, CancellationToken stop)
    {
        var sent = 0;
        while (!stop.IsCancellationRequested)
        {
            await Story.SendAsync(application, $"input {sent}");
            await Story.EndEpochAsync();
            sent++;
            var expected = sent - Ahead;
            await Story.UntilAsync(
                () => CountAsync(node),
                accepted => accepted >= expected,
                accepted => $"{accepted} of {expected} epochs"
            );
        }

        return sent;
    }

    private async Task<int> AcceptedAsync(DeployedNode node, Task load, int epochs)
    {
        var accepted = Story.UntilAsync(
            () => CountAsync(node),
            count => count >= epochs,
            count => $"{count} of {epochs} epochs are accepted."
        );
        // A load that has failed has the reason.
        if (await Task.WhenAny(load, accepted) == load)
            await load;
        return await accepted;
    }

    private static Task<int> StoredAsync(DeployedNode node) => node.OnDatabaseAsync(db => db.Epochs.CountAsync(Token));

    private static Task<int> CountAsync(DeployedNode node) =>
        node.OnDatabaseAsync(db => db.Epochs.CountAsync(epoch => epoch.Status == EpochStatus.ClaimAccepted, Token));

    private static Task<int> NotesAsync(DeployedNode node) =>
        node.OnDatabaseAsync(db => db.Database.SqlQuery<int>($"""SELECT count(*)::int AS "Value" FROM next_notes""").SingleAsync(Token));

    private static Task<int> ValidIndexesAsync(DeployedNode node) =>
        node.OnDatabaseAsync(db =>
            db.Database.SqlQuery<int>(
                    $"""
                    SELECT count(*)::int AS "Value" FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
                    WHERE relname = {NextIndex.Name} AND indisvalid
                    """
                )
                .SingleAsync(Token)
        );

    private static async Task<bool> MigrateToPreviousAsync(Persistence.RollupsDbContext db)
    {
        await db.GetService<IMigrator>().MigrateAsync(db.Database.GetMigrations().ToList()[^2], Token);
        return true;
    }

    private static async Task<string> DoneAsync(DeployedNode node, string command)
    {
        var (code, output) = await node.RunAsync(command, Token);
        code.ShouldBe(0, $"{command}\n{output}");
        return output;
    }
}
