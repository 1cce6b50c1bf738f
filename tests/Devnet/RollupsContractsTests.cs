using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Settings;
using Rollups.Testing;

namespace Rollups.Devnet.Tests;

public sealed class RollupsContractsTests(AnvilChain anvil) : IClassFixture<AnvilChain>
{
    private const ulong EpochLength = 7;
    private static readonly Hash32 Template = Keccak256.Hash("a machine"u8);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_application_is_what_was_asked_for()
    {
        var (application, authority) = await DeployAsync("asked for");

        var epochLength = await anvil.Chain.Client.CallAsync(ConsensusContract.GetEpochLength(authority), BlockTag.Latest, Token);
        epochLength[^1].ShouldBe((byte)EpochLength);
        var owner = await anvil.Chain.Client.CallAsync(ConsensusContract.Owner(authority), BlockTag.Latest, Token);
        new Address(owner.AsSpan(12)).ShouldBe(DevnetAccounts.ClaimOwner);
        (await anvil.Chain.Client.GetCodeAsync(application, BlockTag.Latest, Token)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Deploying_the_same_again_changes_nothing()
    {
        var first = await DeployAsync("twice");
        var head = await anvil.Chain.HeadAsync(Token);

        (await DeployAsync("twice")).ShouldBe(first);
        await RollupsContracts.DeployAsync(anvil.Chain, Token);

        (await anvil.Chain.HeadAsync(Token)).ShouldBe(head);
    }

    [Fact]
    public async Task Applications_of_different_salts_are_different()
    {
        var first = await DeployAsync("one");
        var second = await DeployAsync("another");

        second.Application.ShouldNotBe(first.Application);
        second.Authority.ShouldNotBe(first.Authority);
    }

    [Fact]
    public async Task An_input_is_announced_by_the_input_box()
    {
        var (application, _) = await DeployAsync("input");

        var receipt = await anvil.Contracts.AddInputAsync(application, "hello"u8.ToArray(), Token);

        var logs = await anvil.Chain.Client.GetLogsAsync(
            new LogFilter([RollupsContracts.InputBox], [], receipt.BlockNumber, receipt.BlockNumber),
            Token
        );
        logs.ShouldHaveSingleItem().TransactionHash.ShouldBe(receipt.TransactionHash);
    }

    [Fact]
    public async Task Only_the_owner_of_the_authority_can_claim()
    {
        var (application, authority) = await DeployAsync("owner");
        await anvil.Chain.MineToAsync(((await anvil.Chain.HeadAsync(Token) / EpochLength) + 1) * EpochLength, Token);
        var lastBlock = (await anvil.Chain.HeadAsync(Token) / EpochLength * EpochLength) - 1;
        var claim = ConsensusContract.SubmitClaim(application, lastBlock, Keccak256.Hash("outputs"u8));

        await Should.ThrowAsync<OperatorException>(() => anvil.Chain.SendAsync(DevnetAccounts.Stranger, authority, claim, Token));
        (await anvil.Chain.SendAsync(DevnetAccounts.ClaimOwner, authority, claim, Token)).Succeeded.ShouldBeTrue();
    }

    private Task<(Address Application, Address Authority)> DeployAsync(string salt) =>
        anvil.Contracts.DeployAuthorityApplicationAsync(
            EpochLength,
            Template,
            Keccak256.Hash(System.Text.Encoding.UTF8.GetBytes(salt)),
            Token
        );
}
