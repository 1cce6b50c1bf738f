using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Advancer.Inspect;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Integration.Tests.HostMode;

/// <summary>An application of a user, from deposits by the real portals to vouchers executed on chain.</summary>
[NeedsServers]
public sealed class WalletTests(AnvilChain anvil) : IClassFixture<AnvilChain>
{
    private static readonly AbiFunction Approve = new("approve(address,uint256)");
    private static readonly AbiFunction BalanceOf = new("balanceOf(address)");
    private static readonly BigInteger Deposited = 5_000_000_000;
    private static readonly BigInteger Withdrawn = 2_000_000_001;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("python")]
    [InlineData("javascript")]
    public async Task Deposits_are_withdrawn_by_vouchers_that_the_chain_executes(string language)
    {
        var story = new Story(anvil, Cancel);
        await anvil.Contracts.DeployPortalsAsync(Cancel);
        var token = await StandInContracts.DeployAsync(
            anvil.Chain,
            "StandInToken",
            [AbiValue.Of(DevnetAccounts.User), AbiValue.Of(Deposited)],
            Cancel
        );
        var folder = Directory.CreateTempSubdirectory("rollups-wallet-");
        var settings = TestNode.Settings(anvil.Anvil, folder.FullName);
        settings["Machines:Host:Command"] = Samples.Command("wallet", language);
        var template = $"host:{AnvilProcess.FreePort()}";
        await using (var node = await TestNode.StartAsync(settings, Cancel))
        {
            var application = await story.DeployAsync(template);
            await node.RegisterAsync("wallet", application, Cancel, template);
            await node.UntilBusIsUpAsync(Cancel);
            await story.MineToBlockBeforeAsync(phase: 0);
            await anvil.Chain.SendAsync(
                DevnetAccounts.User,
                RollupsContracts.EtherPortal,
                Portals.DepositEther(application),
                Cancel,
                Deposited
            );
            await anvil.Chain.SendAsync(
                DevnetAccounts.User,
                token,
                Approve.Encode(AbiValue.Of(RollupsContracts.Erc20Portal), AbiValue.Of(Deposited)),
                Cancel
            );
            await anvil.Chain.SendAsync(
                DevnetAccounts.User,
                RollupsContracts.Erc20Portal,
                Portals.DepositErc20(token, application, Deposited),
                Cancel
            );
            await story.SendAsync(application, $$"""{"method":"withdraw_ether","amount":"{{Withdrawn}}"}""");
            await story.SendAsync(application, $$"""{"method":"withdraw_erc20","token":"{{token}}","amount":"{{Withdrawn}}"}""");
            await story.SendAsync(application, $$"""{"method":"withdraw_ether","amount":"{{Deposited}}"}""");
            await story.SendAsync(application, "no JSON at all");
            await story.EndEpochAsync();

            (await story.SettledAsync(node, expected: 1)).ShouldHaveSingleItem().Status.ShouldBe(EpochStatus.ClaimAccepted);
            (
                await node.ReadAsync(db => db.Inputs.OrderBy(input => input.Index).Select(input => input.Status).ToListAsync(Cancel))
            ).ShouldBe([
                InputStatus.Accepted,
                InputStatus.Accepted,
                InputStatus.Accepted,
                InputStatus.Accepted,
                InputStatus.Rejected,
                InputStatus.Rejected,
            ]);
            await ShouldAnswerAsync(node, token);
            await ShouldBePaidAsync(node, application, token);
        }

        folder.Delete(recursive: true);
    }

    private static async Task ShouldAnswerAsync(TestNode node, Address token)
    {
        using var http = new HttpClient();
        var inspect = node.Services.GetRequiredService<IInspectListener>().EndPoint;
        using var query = new StringContent(DevnetAccounts.User.ToString());
        using var answer = await http.PostAsync(new Uri($"http://{inspect}/inspect/wallet"), query, Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancel));
        var result = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        result.GetProperty("status").GetString().ShouldBe("Accepted");
        result.GetProperty("processed_input_count").GetInt32().ShouldBe(6);
        var report = Encoding.UTF8.GetString(Hex.Decode(result.GetProperty("reports")[0].GetProperty("payload").GetString()!));
        var balances = JsonDocument.Parse(report).RootElement;
        var left = (Deposited - Withdrawn).ToString(CultureInfo.InvariantCulture);
        balances.GetProperty("ether").GetString().ShouldBe(left);
        balances.GetProperty(token.ToString()).GetString().ShouldBe(left);
    }

    private async Task ShouldBePaidAsync(TestNode node, Address application, Address token)
    {
        var outputs = await node.ReadAsync(db => db.Outputs.AsNoTracking().OrderBy(output => output.Index).ToListAsync(Cancel));
        var proofs = await node.ReadAsync(db => OutputProofs.ReadAsync(db, outputs, Cancel));
        // A notice for each change of a balance, and a voucher after each withdrawal.
        outputs.Select(output => Outputs.IsNotice(output.RawData)).ShouldBe([true, true, true, false, true, false]);
        var before = await EtherAsync(DevnetAccounts.User);
        (await EtherAsync(application), await TokensAsync(token, application)).ShouldBe((Deposited, Deposited));
        foreach (var voucher in outputs.Where(output => Outputs.IsExecutable(output.RawData)))
            await anvil.Chain.SendAsync(
                DevnetAccounts.Stranger,
                application,
                ApplicationContract.ExecuteOutput(voucher.RawData, voucher.Index, proofs.Of(voucher)!),
                Cancel
            );
        (await EtherAsync(DevnetAccounts.User)).ShouldBe(before + Withdrawn);
        (await EtherAsync(application)).ShouldBe(Deposited - Withdrawn);
        (await TokensAsync(token, DevnetAccounts.User)).ShouldBe(Withdrawn);
        (await TokensAsync(token, application)).ShouldBe(Deposited - Withdrawn);
    }

    private Task<BigInteger> EtherAsync(Address owner) => anvil.Chain.Client.GetBalanceAsync(owner, BlockTag.Latest, Cancel);

    private async Task<BigInteger> TokensAsync(Address token, Address owner) =>
        new AbiReader(
            await anvil.Chain.Client.CallAsync(new CallRequest(token, BalanceOf.Encode(AbiValue.Of(owner))), BlockTag.Latest, Cancel)
        ).UInt256(0);
}
