using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Contracts;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.EvmReader.Tests.Anvil;

/// <summary>The service in a host of its own: real Anvil, real contracts, in-memory bus, SQLite.</summary>
[NeedsServers]
public sealed class ReaderOnAnvilTests
{
    private const ulong EpochLength = 20;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_registered_application_is_followed_from_its_first_input_to_its_closed_epochs(bool webSocket)
    {
        var token = TestContext.Current.CancellationToken;
        await using var anvil = await AnvilProcess.StartAsync(0, token);
        await using var chain = new DevnetChain(anvil.HttpEndpoint);
        var contracts = await RollupsContracts.DeployAsync(chain, token);
        var (application, authority) = await contracts.DeployAuthorityApplicationAsync(
            EpochLength,
            Keccak256.Hash([1]),
            Hash32.Zero,
            token
        );
        await chain.SendAsync(DevnetAccounts.User, RollupsContracts.InputBox, InputBoxContract.AddInput(application, [1, 2, 3]), token);

        var file = Path.Combine(Path.GetTempPath(), $"rollups-evm-{Guid.NewGuid():N}.db");
        using var host = await StartAsync(anvil, file, webSocket, token);
        await using (var scope = host.Services.CreateAsyncScope())
        {
            var client = scope.ServiceProvider.GetRequiredService<IRequestClient<RegisterApplication>>();
            var refused = await client.GetResponse<ApplicationRegistration, RegistrationRefused>(
                new RegisterApplication
                {
                    Name = "wrong",
                    Application = authority.ToString(),
                    TemplateUri = "echo:",
                },
                token
            );
            ((RegistrationRefused)refused.Message).Reason.ShouldContain("is not an Application of @cartesi/rollups 2.2.0");
            var answer = await client.GetResponse<ApplicationRegistration, RegistrationRefused>(
                new RegisterApplication
                {
                    Name = "echo",
                    Application = application.ToString(),
                    TemplateUri = "echo:",
                },
                token
            );
            var registration = answer.Message.ShouldBeOfType<ApplicationRegistration>();
            (registration.Consensus, registration.ConsensusType, registration.EpochLength, registration.AlreadyRegistered).ShouldBe(
                (authority.ToString(), "AUTHORITY", EpochLength, false)
            );
        }

        await UntilAsync(host, db => db.Inputs.AnyAsync(token), token);
        await chain.SetAutomineAsync(false, token);
        await chain.SubmitAsync(DevnetAccounts.User, RollupsContracts.InputBox, InputBoxContract.AddInput(application, [4]), token);
        await chain.SubmitAsync(DevnetAccounts.User, RollupsContracts.InputBox, InputBoxContract.AddInput(application, [5]), token);
        await chain.MineAsync(1, token);
        await chain.SetAutomineAsync(true, token);
        await UntilAsync(host, async db => await db.Inputs.CountAsync(token) == 3, token);
        await chain.MineToAsync((((await chain.HeadAsync(token) / EpochLength) + 1) * EpochLength) - 1, token);
        await UntilAsync(host, db => db.Epochs.AllAsync(epoch => epoch.Status == EpochStatus.Closed, token), token);

        await using (var scope = host.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
            var inputs = await db.Inputs.OrderBy(input => input.Index).ToListAsync(token);
            inputs
                .Select(input => EvmAdvance.Decode(input.RawData).Payload)
                .ShouldBe([
                    [1, 2, 3],
                    [4],
                    [5],
                ]);
            inputs[1].BlockNumber.ShouldBe(inputs[2].BlockNumber);
            inputs[1].LogIndex.ShouldNotBe(inputs[2].LogIndex);
            (await db.Epochs.ToListAsync(token)).ShouldAllBe(epoch =>
                epoch.FirstBlock == epoch.Index * EpochLength && epoch.LastBlock == epoch.FirstBlock + EpochLength - 1
            );
            (await db.Applications.SingleAsync(token)).State.ShouldBe(ApplicationState.Enabled);
        }

        await host.StopAsync(token);
        SqliteFiles.Delete(file);
    }

    private static async Task<IHost> StartAsync(AnvilProcess anvil, string file, bool webSocket, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection([
            new("Database:ConnectionString", $"Data Source={file}"),
            new("Ethereum:HttpEndpoint", anvil.HttpEndpoint.ToString()),
            new("Ethereum:WebSocketEndpoint", webSocket ? anvil.WebSocketEndpoint.ToString() : ""),
            new("Ethereum:ChainId", "31337"),
            new("Ethereum:DefaultBlock", "latest"),
            // With a WebSocket polling is so rare that only the announced heads can pass the test.
            new("Ethereum:PollingInterval", webSocket ? "01:00:00" : "00:00:00.2"),
        ]);
        builder
            .Services.AddRollupsPersistence(builder.Configuration)
            .AddEthereum(builder.Configuration)
            .AddEvmReader(builder.Configuration)
            .AddRollupsMessaging(builder.Configuration);
        var host = builder.Build();
        await host.Services.GetRequiredService<IDatabaseMigrator>().MigrateAsync(cancellationToken);
        await host.StartAsync(cancellationToken);
        return host;
    }

    private static async Task UntilAsync(IHost host, Func<RollupsDbContext, Task<bool>> reached, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Hang.Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            await using var scope = host.Services.CreateAsyncScope();
            if (await reached(scope.ServiceProvider.GetRequiredService<RollupsDbContext>()))
                return;
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }
}
