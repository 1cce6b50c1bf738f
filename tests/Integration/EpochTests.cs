using System.Text;
using Microsoft.EntityFrameworkCore;
using Rollups.Devnet;
using Rollups.Ethereum;
using Rollups.Machines;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>From inputs on L1 to accepted claims, on a real Anvil with the real contracts.</summary>
[NeedsServers]
public sealed class EpochTests(AnvilChain anvil) : IClassFixture<AnvilChain>
{
    private const ulong EpochLength = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static byte _salt;

    public static TheoryData<string> Deployments => ["embedded", "postgresql and rabbitmq", "events switched off"];

    [Theory]
    [MemberData(nameof(Deployments))]
    public async Task Every_epoch_with_inputs_is_accepted_and_its_outputs_hold_on_chain(string deployment)
    {
        var token = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("rollups-epochs-");
        var settings = TestNode.Settings(anvil.Anvil, folder.FullName);
        await using var postgres = new PostgresServer();
        await using var rabbit = new RabbitMqServer();
        if (deployment == "postgresql and rabbitmq")
        {
            settings["Database:Provider"] = "postgresql";
            settings["Database:ConnectionString"] = await postgres.CreateDatabaseAsync(token);
            foreach (var (key, value) in (await rabbit.CreateVirtualHostAsync(token)).Settings)
                settings[key] = value;
        }

        if (deployment == "events switched off")
        {
            foreach (var service in (string[])["EvmReader", "Advancer", "Validator", "Claimer", "Lifecycle"])
            {
                settings[$"Services:{service}:Events"] = "false";
                settings[$"Services:{service}:SyncInterval"] = "00:00:01";
            }
        }

        await using (var node = await TestNode.StartAsync(settings, token))
        {
            var first = await DeployAsync(token);
            var second = await DeployAsync(token);
            await node.RegisterAsync("first", first, token);
            await node.RegisterAsync("second", second, token);
            // On the first and on the last block of an epoch; one without output; one rejected; an epoch skipped.
            await MineToBlockBeforeAsync(phase: 0, token);
            await SendAsync(first, "on the first block", token);
            await MineToBlockBeforeAsync(phase: EpochLength - 1, token);
            await SendAsync(first, "on the last block", token);
            await SendAsync(second, "silent", token);
            await MineToBlockBeforeAsync(phase: 3, token, epochsAhead: 2);
            await SendAsync(first, "reject this", token);
            await SendAsync(second, "after a skipped epoch", token);
            await MineToBlockBeforeAsync(phase: 0, token);
            await anvil.Chain.MineAsync(1, token);

            var epochs = await SettledAsync(node, expected: 4, token);
            epochs.ShouldAllBe(epoch => epoch.Status == EpochStatus.ClaimAccepted);
            epochs.Count(epoch => epoch.VirtualIndex == 0).ShouldBe(2);
            await HoldOnChainAsync(node, token);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_node_restarted_in_the_middle_of_an_epoch_goes_on_where_it_was()
    {
        var token = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("rollups-restart-");
        var settings = TestNode.Settings(anvil.Anvil, folder.FullName);
        var application = await DeployAsync(token);
        await using (var node = await TestNode.StartAsync(settings, token))
        {
            await node.RegisterAsync("echo", application, token);
            await MineToBlockBeforeAsync(phase: 2, token);
            await SendAsync(application, "before the restart", token);
            await UntilAsync(() => node.ReadAsync(db => db.Inputs.CountAsync(input => input.Status == InputStatus.Accepted, token)), count => count == 1, token);
        }

        await SendAsync(application, "while the node is away", token);
        await using (var node = await TestNode.StartAsync(settings, token))
        {
            await MineToBlockBeforeAsync(phase: 0, token);
            await anvil.Chain.MineAsync(1, token);
            (await SettledAsync(node, expected: 1, token)).ShouldHaveSingleItem().InputIndexUpperBound.ShouldBe(2UL);
            (await node.ReadAsync(db => db.ClaimTransactions.CountAsync(token))).ShouldBe(1);
        }

        folder.Delete(recursive: true);
    }

    private async Task<Address> DeployAsync(CancellationToken token)
    {
        var salt = new byte[32];
        salt[31] = ++_salt;
        var template = await EchoTemplate.HashAsync(token);
        return (await anvil.Contracts.DeployAuthorityApplicationAsync(EpochLength, template, new Hash32(salt), token)).Application;
    }

    private Task<TransactionReceipt> SendAsync(Address application, string payload, CancellationToken token) => anvil.Contracts.AddInputAsync(application, Encoding.UTF8.GetBytes(payload), token);

    /// <summary>The next transaction is then mined on a block with that remainder by the epoch length.</summary>
    private async Task MineToBlockBeforeAsync(ulong phase, CancellationToken token, ulong epochsAhead = 0)
    {
        var next = await anvil.Chain.HeadAsync(token) + 1;
        var target = next + ((phase + EpochLength - (next % EpochLength)) % EpochLength) + (epochsAhead * EpochLength);
        await anvil.Chain.MineToAsync(target - 1, token);
    }

    private static async Task<List<Epoch>> SettledAsync(TestNode node, int expected, CancellationToken token) =>
        await UntilAsync(
            () => node.ReadAsync(db => db.Epochs.AsNoTracking().ToListAsync(token)),
            epochs => epochs.Count >= expected && epochs.TrueForAll(epoch => epoch.Status is EpochStatus.ClaimAccepted or EpochStatus.ClaimRejected), token);

    private static async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> done, CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var value = await read();
            if (done(value))
                return value;
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    private async Task HoldOnChainAsync(TestNode node, CancellationToken token)
    {
        var outputs = await node.ReadAsync(db => db.Outputs.Join(db.Applications, output => output.ApplicationId, app => app.Id, (output, app) => new { output, app.Address }).ToListAsync(token));
        outputs.Count.ShouldBe(6);
        foreach (var row in outputs)
        {
            await anvil.Chain.Client.CallAsync(
                ApplicationContract.ValidateOutput(row.Address, row.output.RawData, row.output.Index, Siblings.FromBytes(row.output.Siblings)), BlockTag.Latest, token);
        }

        var voucher = outputs.First(row => Outputs.IsExecutable(row.output.RawData));
        await anvil.Chain.SendAsync(
            DevnetAccounts.User, voucher.Address, ApplicationContract.ExecuteOutput(voucher.output.RawData, voucher.output.Index, Siblings.FromBytes(voucher.output.Siblings)), token);
    }
}
