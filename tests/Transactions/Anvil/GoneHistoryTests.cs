using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Claimer.Tests;
using Rollups.Claimer.Tests.Anvil;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions.Tests.Anvil;

/// <summary>The inputs that a claim was made of are on L1 no longer: the claim must not get there.</summary>
[NeedsServers]
public sealed class GoneHistoryTests(AnvilChain anvil, PostgresServer postgres) : ClaimsOnAnvil(anvil, postgres), IClassFixture<AnvilChain>
{
    [Fact]
    public async Task A_claim_is_sent_while_its_inputs_are_where_they_were_read()
    {
        var (host, app, epoch) = await BeginAsync(change: log => log);

        await SettleAsync(host);

        (await host.StatusAsync(app, epoch)).ShouldBe(EpochStatus.ClaimAccepted);
    }

    [Fact]
    public async Task A_claim_whose_input_was_taken_back_is_not_sent_and_the_reason_is_told_once()
    {
        var (host, app, epoch) = await BeginAsync(change: log => log, takenBack: true);

        await host.PassAsync();
        await host.PassAsync();

        await ShouldHaveNoClaimAsync(host, app);
        host.Log.AtLeast(LogLevel.Warning)
            .ShouldHaveSingleItem()
            .ShouldContain($"the claim of epoch {epoch} is not sent: input 0 is stored from block");
    }

    [Fact]
    public async Task A_claim_whose_input_is_in_another_block_is_not_sent()
    {
        var (host, app, _) = await BeginAsync(change: log => log with { BlockHash = Root });

        await host.PassAsync();

        await ShouldHaveNoClaimAsync(host, app);
        host.Log.AtLeast(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain($"({Root}), but on L1 that block is 0x");
    }

    [Fact]
    public async Task A_claim_of_an_epoch_that_has_further_inputs_on_L1_is_not_sent()
    {
        var (host, app, _) = await BeginAsync(change: log => log, further: true);

        await host.PassAsync();

        await ShouldHaveNoClaimAsync(host, app);
        host.Log.AtLeast(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("is the last of the epoch, but L1 has input 1 in block");
    }

    [Fact]
    public async Task A_claim_on_its_way_is_replaced_by_a_transaction_that_does_nothing_when_its_inputs_are_gone()
    {
        var (host, app, epoch) = await BeginAsync(change: log => log);
        await Chain.SetAutomineAsync(false, Cancel);
        var nonce = await NonceAsync();
        await host.PassAsync();
        var claim = (await host.TransactionsAsync()).ShouldHaveSingleItem();
        await HaltAsync(host, app);

        await LookAsync(host);
        var cancelled = (await host.TransactionsAsync()).ShouldHaveSingleItem();
        (cancelled.Nonce, cancelled.IsCancellation, cancelled.State).ShouldBe((claim.Nonce, true, TransactionState.Pending));
        await Chain.MineAsync(1, Cancel);
        // The next transaction of the account brings it to its end.
        var other = await DeployAsync(host, await AuthorityAsync(), name: "other");
        var next = await EndedEpochAsync(host, other, OtherRoot);
        await host.PassAsync();
        await Chain.MineAsync(1, Cancel);
        await host.PassAsync();

        (await NonceAsync()).ShouldBe(nonce + 2);
        (await Chain.Client.GetReceiptAsync(claim.TransactionHash, Cancel)).ShouldBeNull();
        (await host.TransactionsAsync()).Select(row => row.State).ShouldBe([TransactionState.Dropped, TransactionState.Confirmed]);
        (await host.StatusAsync(app, epoch)).ShouldBe(EpochStatus.ClaimCalculated);
        (await host.StatusAsync(other, next)).ShouldBe(EpochStatus.ClaimAccepted);
        (await IsValidAsync(app, Root)).ShouldBeFalse();
        host.Log.AtLeast(LogLevel.Warning).ShouldContain(line => line.Contains("must not be mined", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_claim_that_waits_to_be_broadcast_is_not_when_its_inputs_are_gone()
    {
        var (host, app, epoch) = await BeginAsync(change: log => log);
        await Chain.SetAutomineAsync(false, Cancel);
        await host.PassAsync();
        await Chain.RpcAsync("anvil_dropAllTransactions", [], Cancel);
        await host.ChangeAsync(db => db.Inputs.ExecuteUpdateAsync(set => set.SetProperty(input => input.BlockHash, OtherRoot), Cancel));

        // A process without the memory of its broadcast would offer the bytes again.
        var restarted = await HostAsync();
        await restarted.PassAsync();
        await Chain.MineAsync(1, Cancel);

        (await restarted.StatusAsync(app, epoch)).ShouldBe(EpochStatus.ClaimCalculated);
        (await IsValidAsync(app, Root)).ShouldBeFalse();
        restarted.Log.AtLeast(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("is not sent");
    }

    private async Task LookAsync(ServiceHost host) =>
        await host
            .Services.GetServices<IHeadListener>()
            .OfType<EndUrgentOrphans>()
            .Single()
            .OnHeadAsync((await Chain.Client.GetBlockAsync(BlockTag.Latest, Cancel))!, Cancel);

    private static Task<int> HaltAsync(ServiceHost host, Application app) =>
        host.ChangeAsync(db =>
            db.Applications.Where(row => row.Id == app.Id)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(row => row.State, ApplicationState.Inoperable)
                            .SetProperty(row => row.ReasonKind, InoperableKind.Corrupted)
                            .SetProperty(row => row.Reason, "gone"),
                    Cancel
                )
        );

    /// <summary>An application with one input, in an epoch that has ended and whose claim is calculated.</summary>
    /// <param name="change">How the input is stored, given how it is on L1.</param>
    /// <param name="further">Whether L1 has another input in the epoch.</param>
    /// <param name="takenBack">Whether a reorganisation takes it back, and nothing comes in its place.</param>
    private async Task<(ServiceHost Host, Application App, ulong Epoch)> BeginAsync(
        Func<LogEntry, LogEntry> change,
        bool further = false,
        bool takenBack = false
    )
    {
        var host = await HostAsync();
        var app = await DeployAsync(host, await AuthorityAsync());
        var left = SeededRows.EpochLength - (await Chain.HeadAsync(Cancel) % SeededRows.EpochLength);
        if (left < 5)
            await Chain.MineAsync(left, Cancel);
        var before = await Chain.RpcAsync("evm_snapshot", [], Cancel);
        await Contracts.AddInputAsync(app.Address, "input"u8.ToArray(), Cancel);
        var block = await Chain.HeadAsync(Cancel);
        var log = (
            await Chain.Client.GetLogsAsync(
                new LogFilter(
                    [RollupsContracts.InputBox],
                    [
                        [InputBoxContract.InputAddedTopic],
                        [InputBoxContract.ApplicationTopic(app.Address)],
                    ],
                    block,
                    block
                ),
                Cancel
            )
        ).Single();
        if (further)
            await Contracts.AddInputAsync(app.Address, "further"u8.ToArray(), Cancel);
        var epoch = block / SeededRows.EpochLength;
        await host.AddEpochAsync(app, epoch, Root, EpochStatus.ClaimCalculated, change(log));
        if (takenBack)
            await Chain.RpcAsync("evm_revert", [before!.DeepClone()], Cancel);
        await Chain.MineToAsync(((epoch + 1) * SeededRows.EpochLength) - 1, Cancel);
        return (host, app, epoch);
    }

    private async Task ShouldHaveNoClaimAsync(ServiceHost host, Application app)
    {
        (await host.TransactionsAsync()).ShouldBeEmpty();
        (await IsValidAsync(app, Root)).ShouldBeFalse();
    }
}
