using System.Globalization;
using System.Text;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Contracts;
using Rollups.Devnet;
using Rollups.Ethereum;
using Rollups.Hosting;
using Rollups.Machines;
using Rollups.Messaging;
using Rollups.Node;
using Rollups.Persistence;
using Spectre.Console;

namespace Rollups.Cli.Devnet;

/// <summary>The demo of the main job, on real parts: from inputs on L1 to an accepted claim, an executed voucher and a validated notice.</summary>
internal sealed class DevnetDemo(DevnetSettings settings)
{
    private static readonly TimeSpan DemoTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    private readonly EpochBoard _board = new(AnsiConsole.Console, TimeProvider.System);

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        // A pipe has no width: one event stays one line.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 200;
        var folder = Directory.CreateTempSubdirectory("rollups-devnet-");
        try
        {
            await using var anvil = await AnvilProcess.StartAsync(settings.AnvilPort, cancellationToken);
            await using var chain = new DevnetChain(anvil.HttpEndpoint);
            _board.Say($"Anvil listens on {anvil.HttpEndpoint} (chain {AnvilProcess.ChainId}).");
            using var host = Build(anvil, Path.Combine(folder.FullName, "rollups.db"));
            await host.PrepareRollupsNodeAsync(cancellationToken);
            var contracts = await RollupsContracts.DeployAsync(chain, cancellationToken);
            var templateHash = await host.Services.GetServices<IMachineFactory>().For("echo:").GetTemplateHashAsync("echo:", cancellationToken);
            var (application, authority) = await contracts.DeployAuthorityApplicationAsync(settings.EpochLength, templateHash, default, cancellationToken);
            _board.Say($"The contracts of @cartesi/rollups 2.2.0 are deployed. Echo application {application}, Authority {authority}, {settings.EpochLength} blocks an epoch.");
            await host.StartAsync(cancellationToken);
            try
            {
                return await DriveAsync(host, chain, contracts, application, authority, cancellationToken);
            }
            finally
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(9));
                await host.StopAsync(limit.Token);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _board.Say("Stopped.");
            return settings.ExitAfterDemo ? 130 : 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private IHost Build(AnvilProcess anvil, string database)
    {
        var builder = RollupsHost.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection(
        [
            new("Database:Provider", "sqlite"),
            new("Database:ConnectionString", $"Data Source={database}"),
            new("Messaging:Transport", "in-memory"),
            new("Ethereum:HttpEndpoint", anvil.HttpEndpoint.ToString()),
            new("Ethereum:WebSocketEndpoint", anvil.WebSocketEndpoint.ToString()),
            new("Ethereum:ChainId", AnvilProcess.ChainId.ToString(CultureInfo.InvariantCulture)),
            new("Ethereum:DefaultBlock", "latest"),
            new("Signer:Kind", "private-key"),
            new("Signer:PrivateKey", DevnetAccounts.ClaimOwnerKey),
            new("Health:Address", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{settings.HealthPort}")),
            new("Logging:LogLevel:Default", "Warning"),
        ]);
        builder.Services.AddSingleton(_board);
        builder.Services.AddBusRegistration(bus => bus.AddConsumer<EpochBoardConsumer, EpochBoardConsumerDefinition>());
        builder.AddRollupsNode(NodeServices.All);
        return builder.Build();
    }

    private async Task<int> DriveAsync(IHost host, DevnetChain chain, RollupsContracts contracts, Address application, Address authority, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(DemoTimeout);
        try
        {
            await RegisterAsync(host, application, limit.Token);
            foreach (var payload in (string[])["hello", "reject this one", "world"])
            {
                await contracts.AddInputAsync(application, Encoding.UTF8.GetBytes(payload), limit.Token);
                _board.Say($"Sent the input \"{payload}\".");
            }

            var epoch = await chain.HeadAsync(limit.Token) / settings.EpochLength;
            await chain.MineToAsync(((epoch + 1) * settings.EpochLength) - 1, limit.Token);
            await _board.AcceptedAsync(epoch, limit.Token);
            await new OnChainProof(host, chain, _board).RunAsync(application, authority, epoch, limit.Token);
            _board.Summarize();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _board.Summarize();
            throw new OperatorException($"The first epoch was not accepted within {DemoTimeout.TotalMinutes:0} minutes. The lines above show how far it came.");
        }

        if (!settings.ExitAfterDemo)
            await GoOnAsync(chain, contracts, application, cancellationToken);
        return 0;
    }

    private async Task RegisterAsync(IHost host, Address application, CancellationToken cancellationToken)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IRequestClient<RegisterApplication>>();
        var command = new RegisterApplication { Name = "echo", Application = application.ToString(), TemplateUri = "echo:" };
        var answer = await client.GetResponse<ApplicationRegistration, RegistrationRefused>(command, cancellationToken, RequestTimeout.After(s: 60));
        if (answer.Is(out Response<RegistrationRefused>? refused))
            throw new OperatorException(refused.Message.Reason);
        _board.Say("The node has checked the application on chain and registered it.");
    }

    /// <summary>An input and a few blocks now and then, until Ctrl-C.</summary>
    private async Task GoOnAsync(DevnetChain chain, RollupsContracts contracts, Address application, CancellationToken cancellationToken)
    {
        _board.Say($"Going on with an input and {Math.Max(1, settings.EpochLength / 2)} blocks every {Heartbeat.TotalSeconds:0} s. Ctrl-C ends.");
        using var timer = new PeriodicTimer(Heartbeat);
        for (var i = 1; await timer.WaitForNextTickAsync(cancellationToken); i++)
        {
            await contracts.AddInputAsync(application, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"heartbeat {i}")), cancellationToken);
            await chain.MineAsync(Math.Max(1, settings.EpochLength / 2), cancellationToken);
        }
    }
}
