using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Api;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>
/// The clients that Cartesi publishes on npm, unmodified, ask a node with real data: they wait for an input, list, get and page, validate
/// every output on L1 with the node's proof, and execute a voucher.
/// </summary>
[NeedsServers]
public sealed class PublishedClientsTests(AnvilChain anvil) : IClassFixture<AnvilChain>
{
    private static readonly string Script = Path.Combine(RepositoryFolder.Path, "tests", "Integration", "Clients", "published.mjs");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Story Story => new(anvil, Token);

    [Fact]
    public Task Of_an_application_under_an_Authority() =>
        RunAsync(async node =>
        {
            var application = await Story.DeployAsync();
            await AskWhileInputsArriveAsync(node, application);
            await Story.EndEpochAsync();
            return application;
        });

    [Fact]
    public Task Of_an_application_under_a_Quorum() =>
        RunAsync(async node =>
        {
            var salt = Keccak256.Hash("the clients' quorum"u8);
            var consensus = await anvil.Contracts.DeployQuorumAsync(
                [.. DevnetAccounts.Validators.Take(3)],
                Story.EpochLength,
                salt,
                Token
            );
            var application = await anvil.Contracts.DeployApplicationAsync(consensus, await EchoTemplate.HashAsync(Token), salt, Token);
            await AskWhileInputsArriveAsync(node, application);
            await Story.EndEpochAsync();
            var ours = await EpochAsync(node, EpochStatus.ClaimSubmitted);
            var vote = ConsensusContract.SubmitClaim(application, ours.LastBlock, ours.OutputsMerkleRoot!.Value);
            await anvil.Chain.SendAsync(DevnetAccounts.Validators[1], consensus, vote, Token);
            return application;
        });

    [Fact]
    public Task Of_an_application_under_Dave() =>
        RunAsync(async node =>
        {
            var prt = new PrtStory(anvil, Token);
            await prt.DeployAsync("before the deployment");
            await node.RegisterAsync("asked", prt.Application, Token);
            await AskAsync(node, prt.Application, "wait", "0");
            await prt.UntilJoinedAsync();
            var ours = await prt.EpochAsync(node, 0, EpochStatus.ClaimSubmitted);
            var attacker = await prt.AttackAsync("another machine");
            await prt.PlayOnTwoLevelsAsync(ours.Commitment!.Value, attacker);
            await prt.CloseAsync();
            await prt.UntilSettledAsync(0);
            return prt.Application;
        });

    private async Task RunAsync(Func<TestNode, Task<Address>> play)
    {
        var folder = Directory.CreateTempSubdirectory("rollups-clients-");
        await using (var node = await TestNode.StartAsync(TestNode.Settings(anvil.Anvil, folder.FullName), Token))
        {
            await node.UntilBusIsUpAsync(Token);
            var application = await play(node);
            await EpochAsync(node, EpochStatus.ClaimAccepted);
            await AskAsync(node, application, "all");
        }

        folder.Delete(recursive: true);
    }

    private async Task AskWhileInputsArriveAsync(TestNode node, Address application)
    {
        await node.RegisterAsync("asked", application, Token);
        await Story.MineToBlockBeforeAsync(phase: 1);
        var waiting = AskAsync(node, application, "wait", "1");
        await Story.SendAsync(application, "first");
        await Story.SendAsync(application, "second");
        await waiting;
    }

    private Task<Epoch> EpochAsync(TestNode node, EpochStatus status) =>
        Story.UntilAsync(
            () => node.ReadAsync(db => db.Epochs.AsNoTracking().FirstOrDefaultAsync(epoch => epoch.VirtualIndex == 0, Token)),
            epoch => epoch?.Status == status
        )!;

    private async Task AskAsync(TestNode node, Address application, params string[] step)
    {
        var api = node.Services.GetRequiredService<IApiListener>().EndPoint;
        string[] arguments =
        [
            Script,
            $"http://{api}/rpc",
            anvil.Anvil.HttpEndpoint.ToString(),
            application.ToString(),
            DevnetAccounts.User.ToString(),
            .. step,
        ];
        await using var client = ProgramProcess.Start("node", arguments, new Dictionary<string, string>());
        (await client.WaitForExitAsync(Token)).ShouldBe(0, string.Join('\n', client.Lines));
    }
}
