using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Api;
using Rollups.Devnet;
using Rollups.Testing;

namespace Rollups.Integration.Tests.Samples;

/// <summary>
/// The sample as a program of its own beside a real node: it knows the broker, the API and L1, and nothing else of the node.
/// </summary>
[NeedsServers]
public sealed class ExecutedVoucherTests(AnvilChain anvil, PostgresServer postgres, RabbitMqServer rabbit) : IClassFixture<AnvilChain>
{
    // Where its own build leaves it: beside the tests, the assemblies that it has in common with them are those of ASP.NET Core.
    private static readonly string Program = Path.Combine(
        RepositoryFolder.Path,
        "samples",
        "VoucherExecutor",
        "bin",
        "Release",
        "net10.0",
        "VoucherExecutor.dll"
    );

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_voucher_is_executed_on_L1_once_its_epoch_is_accepted()
    {
        var story = new Story(anvil, Token);
        var folder = Directory.CreateTempSubdirectory("rollups-executor-");
        var (settings, broker) = await Deployment.SettingsAsync("postgresql and rabbitmq", anvil, postgres, rabbit, folder, Token);
        await using (var node = await TestNode.StartAsync(settings, Token))
        {
            await node.UntilBusIsUpAsync(Token);
            var key = Path.Combine(folder.FullName, "key");
            await File.WriteAllTextAsync(key, DevnetAccounts.StrangerKey, Token);
            await using var executor = ProgramProcess.Start(
                "dotnet",
                [
                    Program,
                    $"--RabbitMq:Host={broker!.Host}",
                    $"--RabbitMq:Port={broker.Port}",
                    $"--RabbitMq:VHost={broker.Name}",
                    $"--RabbitMq:User={broker.Username}",
                    $"--RabbitMq:Pass={broker.Password}",
                    $"--Node=http://{node.Services.GetRequiredService<IApiListener>().EndPoint}",
                    $"--Ethereum={anvil.Anvil.HttpEndpoint}",
                    string.Create(CultureInfo.InvariantCulture, $"--ChainId={AnvilProcess.ChainId}"),
                    $"--KeyFile={key}",
                ],
                new Dictionary<string, string>()
            );
            // Its queue must be bound before the event is published: an exchange keeps nothing for a consumer that has never been there.
            await story.UntilAsync(
                () => Task.FromResult(executor.Lines),
                lines =>
                {
                    executor.HasExited.ShouldBeFalse(string.Join('\n', lines));
                    return lines.Any(line => line.Contains("Bus started", StringComparison.Ordinal));
                }
            );
            var address = await story.DeployAsync();
            await node.RegisterAsync("echo", address, Token);
            await story.MineToBlockBeforeAsync(phase: 2);
            await story.SendAsync(address, "pay");
            await story.EndEpochAsync();

            var executed = await story.UntilAsync(
                () =>
                    node.ReadAsync(db =>
                        db.Outputs.AsNoTracking().Where(output => output.ExecutionTransactionHash != null).ToListAsync(Token)
                    ),
                outputs =>
                {
                    executor.HasExited.ShouldBeFalse(string.Join('\n', executor.Lines));
                    return outputs.Count > 0;
                }
            );

            // The notice, output 0, is not executed.
            executed.ShouldHaveSingleItem().Index.ShouldBe(1UL);
        }

        folder.Delete(recursive: true);
    }
}
