using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Integration.Tests.Operations;

/// <summary>A process dies in the middle of a removal.</summary>
[NeedsServers]
public sealed class RemovalKillTests(AnvilChain anvil, PostgresServer postgres, RabbitMqServer rabbit) : IClassFixture<AnvilChain>
{
    private const int Inputs = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Story Story => new(anvil, Token);

    [Fact]
    public async Task A_removal_whose_process_is_killed_is_finished_by_the_next_start()
    {
        await using var node = await DeployedNode.StartAsync(anvil, postgres, rabbit, ["evm-reader,lifecycle"], Token);
        var address = await Story.DeployAsync();
        await DoneAsync(node, $"rollups app register echo {address} --template echo:");
        await StoreInputsAsync(node);
        await DoneAsync(node, "rollups app remove echo --yes --no-wait");

        await Story.UntilAsync(() => InputsAsync(node), left => left is > 0 and < Inputs);
        await node.Processes[0].KillAsync();

        var left = await InputsAsync(node);
        left.ShouldBeInRange(1, Inputs - 1);
        (await node.OnDatabaseAsync(db => db.Applications.Select(app => app.State).SingleAsync(Token))).ShouldBe(
            ApplicationState.Removing
        );
        // Whole batches are gone, from the front on.
        var first = await node.OnDatabaseAsync(db => db.Inputs.MinAsync(input => input.Index, Token));
        ((ulong)left).ShouldBe((ulong)Inputs - first);

        node.Processes[0].Start();
        await Story.UntilAsync(() => node.OnDatabaseAsync(db => db.Applications.CountAsync(Token)), count => count == 0);

        (await InputsAsync(node)).ShouldBe(0);
        (await node.OnDatabaseAsync(db => db.Epochs.CountAsync(Token))).ShouldBe(0);
        await node.Processes[0].ReadyAsync(Token);
        await DoneAsync(node, $"rollups app register again {address} --template echo:");
    }

    private static Task<int> InputsAsync(DeployedNode node) => node.OnDatabaseAsync(db => db.Inputs.CountAsync(Token));

    private static async Task DoneAsync(DeployedNode node, string command)
    {
        var (code, output) = await node.RunAsync(command, Token);
        code.ShouldBe(0, $"{command}\n{output}");
    }

    /// <summary>As many as take the removal seconds.</summary>
    private static Task<int> StoreInputsAsync(DeployedNode node) =>
        node.OnDatabaseAsync(async db =>
        {
            var app = await db.Applications.SingleAsync(Token);
            db.Add(
                new Epoch
                {
                    ApplicationId = app.Id,
                    Index = 0,
                    VirtualIndex = 0,
                    FirstBlock = 0,
                    LastBlock = 9,
                    InputIndexUpperBound = Inputs,
                    Status = EpochStatus.Closed,
                }
            );
            await db.SaveChangesAsync(Token);
            db.Database.SetCommandTimeout(Hang.Limit);
            return await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO inputs (application_id, index, epoch_index, block_number, block_hash, raw_data, transaction_hash, log_index,
                    status, created_at, updated_at)
                SELECT {app.Id}, number, 0, 1, decode(repeat('00', 32), 'hex'), '\x01'::bytea, decode(lpad(to_hex(number), 64, '0'), 'hex'),
                    0, 'NONE', now(), now()
                FROM generate_series(0, {Inputs - 1}) AS number
                """,
                Token
            );
        });
}
