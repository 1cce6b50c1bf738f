using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Testing;

namespace Rollups.Integration.Tests.Cartesi;

/// <summary>An application in a Cartesi Machine, from inputs on L1 to accepted claims and an executed voucher.</summary>
[NeedsServers]
public sealed class CartesiApplicationTests(AnvilChain anvil) : IClassFixture<AnvilChain>
{
    public static TheoryData<string> Kinds => [.. StandInMachine.Kinds];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Its_epochs_are_accepted_also_when_its_server_is_killed_in_the_middle_of_an_input(string kind)
    {
        var story = new Story(anvil, Cancel);
        var folder = Directory.CreateTempSubdirectory("rollups-cartesi-");
        var settings = TestNode.Settings(anvil.Anvil, folder.FullName);
        var isReal = kind == StandInMachine.Real;
        settings["Machines:Cartesi:ServerPath"] = isReal
            ? StandInMachine.RealServer
            : StandInMachine.WriteServer(folder.FullName, "--provable");
        var template = isReal
            ? StandInMachine.RealTemplate!
            : StandInMachine.WriteTemplate(Path.Combine(folder.FullName, "template"), "", "--provable");
        await using (var node = await TestNode.StartAsync(settings, Cancel))
        {
            var application = await DeployAsync(settings, $"cartesi:{template}");
            await node.RegisterAsync("cartesi", application, Cancel, $"cartesi:{template}");
            await node.UntilBusIsUpAsync(Cancel);
            // For the voucher, which pays one wei.
            await anvil.Chain.SendAsync(DevnetAccounts.User, application, [], Cancel, 1);
            await story.MineToBlockBeforeAsync(phase: 0);
            await story.SendAsync(application, "hello");
            await story.SendTogetherAsync((application, "Vpay"), (application, "Rno"), (application, "again"));
            await story.EndEpochAsync();
            await story.SettledAsync(node, expected: 1);

            if (!isReal)
                StandInMachine.Fail(folder.FullName, "machine.run", "kill", callsBefore: 1);
            await story.SendAsync(application, "Rno");
            await story.SendAsync(application, "after");
            await story.EndEpochAsync();
            var epochs = await story.SettledAsync(node, expected: 2);

            epochs.ShouldAllBe(epoch => epoch.Status == EpochStatus.ClaimAccepted);
            StandInMachine.HasFailed(folder.FullName, "machine.run", "kill").ShouldBe(!isReal);
            (
                await node.ReadAsync(db => db.Inputs.OrderBy(input => input.Index).Select(input => input.Status).ToListAsync(Cancel))
            ).ShouldBe([
                InputStatus.Accepted,
                InputStatus.Accepted,
                InputStatus.Rejected,
                InputStatus.Accepted,
                InputStatus.Rejected,
                InputStatus.Accepted,
            ]);
            await story.HoldOnChainAsync(node, expectedOutputs: 4);
        }

        folder.Delete(recursive: true);
    }

    private async Task<Address> DeployAsync(Dictionary<string, string?> settings, string template)
    {
        await using var services = new ServiceCollection()
            .AddMachines(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
        var hash = await services.GetServices<IMachineFactory>().For(template).GetTemplateHashAsync(template, Cancel);
        return (await anvil.Contracts.DeployAuthorityApplicationAsync(Story.EpochLength, hash, hash, Cancel)).Application;
    }
}
