using System.Globalization;
using System.Text;
using Rollups.Advancer.Inspect;
using Rollups.Api;
using Rollups.Devnet;
using Rollups.Ethereum;
using Rollups.Machines;
using Rollups.Node;
using Rollups.Settings;
using Spectre.Console;

namespace Rollups.Cli.Devnet;

/// <summary>
/// The demo of the main workflow, on real parts: from inputs on L1 to an accepted claim, an executed voucher and a validated notice.
/// </summary>
internal sealed class DevnetDemo(DevnetSettings settings)
{
    private static readonly TimeSpan DemoTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    // What the echo application is sent, and whatever application ends after its first epoch.
    private static readonly string[] EchoInputs = ["hello", "reject this one", "world"];
    private static readonly string[] OneInput = ["hello"];

    private readonly EpochBoard _board = new(AnsiConsole.Console, TimeProvider.System);

    private readonly string _template = settings.App is { Port: var port }
        ? string.Create(CultureInfo.InvariantCulture, $"host:{(port == 0 ? AnvilProcess.FreePort() : port)}")
        : "echo:";

    private string Name => settings.App is null ? "echo" : "app";

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        // A pipe has no width: each event stays on one line.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 200;
        var folder = Directory.CreateTempSubdirectory("rollups-devnet-");
        try
        {
            await using var anvil = await AnvilProcess.StartAsync(settings.AnvilPort, cancellationToken);
            await using var chain = new DevnetChain(anvil.HttpEndpoint) { Report = _board.Print };
            _board.Print($"Anvil listens on {anvil.HttpEndpoint} (chain {AnvilProcess.ChainId}).");
            using var host = DevnetNode.Build(
                anvil,
                Path.Combine(folder.FullName, "rollups.db"),
                DevnetAccounts.ClaimOwnerKey,
                settings.HealthPort,
                settings.InspectPort,
                settings.ApiPort,
                settings.WebPort,
                _board,
                settings.App?.Command
            );
            // The second of three validators is also a node and runs every input itself; the third never votes.
            using var validator =
                settings.Consensus == DevnetConsensus.Quorum
                    ? DevnetNode.Build(
                        anvil,
                        Path.Combine(folder.FullName, "validator.db"),
                        DevnetAccounts.SecondValidatorKey,
                        healthPort: 0,
                        inspectPort: 0,
                        apiPort: 0,
                        webPort: 0,
                        board: null
                    )
                    : null;
            IHost[] nodes = validator is null ? [host] : [host, validator];
            foreach (var node in nodes)
                await node.PrepareRollupsNodeAsync(cancellationToken);
            var contracts = await RollupsContracts.DeployAsync(chain, cancellationToken);
            var templateHash = await host
                .Services.GetServices<IMachineFactory>()
                .For(_template)
                .GetTemplateHashAsync(_template, cancellationToken);
            var deployment = await DevnetDeployment.DeployAsync(
                chain,
                contracts,
                settings.Consensus,
                settings.EpochLength,
                templateHash,
                cancellationToken
            );
            // For 'rollups deposit', while the devnet runs.
            await contracts.DeployPortalsAsync(cancellationToken);
            var epochs =
                settings.Consensus == DevnetConsensus.Prt
                    ? $"tournaments of {6 * settings.EpochLength} blocks"
                    : $"{settings.EpochLength} blocks per epoch";
            _board.Print(
                $"The contracts of @cartesi/rollups 2.2.0 are deployed. {(settings.App is null ? "Echo" : "Your")} application "
                    + $"{deployment.Application}, {settings.Consensus} {deployment.Consensus}, {epochs}."
            );
            try
            {
                foreach (var node in nodes)
                    await node.StartAsync(cancellationToken);
                _board.Print($"Watch the node at http://{host.Services.GetRequiredService<IApiListener>().WebEndPoint}/");
                return await DriveAsync(nodes, chain, contracts, deployment, cancellationToken);
            }
            catch (EthereumUnreachableException lost)
            {
                throw new UnreachableException(
                    $"Anvil ({anvil.HttpEndpoint}) has ended or does not answer any more, and the devnet ends with it: start it again for "
                        + "a new chain.",
                    lost
                );
            }
            finally
            {
                await Task.WhenAll(nodes.Select(node => node.StopInTimeAsync()));
            }
        }
        // Ctrl-C reaches Anvil too, which may end first.
        catch (Exception exception)
            when (exception is OperationCanceledException or UnreachableException && cancellationToken.IsCancellationRequested)
        {
            _board.Print("Stopped.");
            return settings.ExitAfterDemo ? 130 : 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<int> DriveAsync(
        IHost[] nodes,
        DevnetChain chain,
        RollupsContracts contracts,
        DevnetDeployment deployment,
        CancellationToken cancellationToken
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(DemoTimeout);
        try
        {
            foreach (var node in nodes)
                await node.RegisterAsync(Name, deployment.Application, _template, limit.Token);
            _board.Print(
                nodes.Length == 1
                    ? "The node has checked the application on chain and registered it."
                    : "The node and a second one, another validator, have checked the application on chain and registered it."
            );
            if (settings.App is not null)
                await IntroduceAsync(nodes[0], contracts, deployment, limit.Token);
            foreach (var payload in Inputs())
            {
                await contracts.AddInputAsync(deployment.Application, Encoding.UTF8.GetBytes(payload), limit.Token);
                _board.Print($"Sent the input \"{payload}\".");
            }

            // A user's application has its epochs as time passes.
            if (settings is { App: not null, ExitAfterDemo: false })
            {
                await ContinueAsync(chain, contracts, deployment, cancellationToken);
                return 0;
            }

            var epoch = await EndEpochAsync(chain, deployment, limit.Token);
            await _board.AcceptedAsync(epoch, limit.Token);
            await new OnChainProof(nodes[0], chain, _board).RunAsync(settings.Consensus, deployment, epoch, limit.Token);
            _board.Summarize();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _board.Summarize();
            throw new OperatorException(
                $"The first epoch was not accepted within {DemoTimeout.TotalMinutes:0} minutes. The lines above show its progress."
            );
        }

        if (!settings.ExitAfterDemo)
            await ContinueAsync(chain, contracts, deployment, cancellationToken);
        return 0;
    }

    /// <summary>Advances the chain as far as the inputs' epoch needs; returns its index.</summary>
    private async Task<ulong> EndEpochAsync(DevnetChain chain, DevnetDeployment deployment, CancellationToken cancellationToken)
    {
        if (settings.Consensus == DevnetConsensus.Prt)
        {
            // Epoch 0 was sealed with the contract, before the inputs; the next epoch has them.
            var tournaments = new TournamentTime(chain, _board, deployment.Consensus);
            await tournaments.EndAsync(0, cancellationToken);
            await tournaments.EndAsync(1, cancellationToken);
            return 1;
        }

        var epoch = await chain.HeadAsync(cancellationToken) / settings.EpochLength;
        await chain.MineToAsync(((epoch + 1) * settings.EpochLength) - 1, cancellationToken);
        return epoch;
    }

    /// <summary>What the user needs to talk to an application of their own.</summary>
    private async Task IntroduceAsync(
        IHost node,
        RollupsContracts contracts,
        DevnetDeployment deployment,
        CancellationToken cancellationToken
    )
    {
        await contracts.DeployPortalsAsync(cancellationToken);
        var inspect = node.Services.GetRequiredService<IInspectListener>().EndPoint;
        _board.Print($"Its backend finds the Rollup HTTP API at http://127.0.0.1:{_template["host:".Length..]}, and users theirs here:");
        _board.Print($"  inputs   InputBox {RollupsContracts.InputBox}");
        _board.Print($"  Ether    EtherPortal {RollupsContracts.EtherPortal}");
        _board.Print($"  tokens   ERC20Portal {RollupsContracts.Erc20Portal}");
        _board.Print($"  queries  POST http://{inspect}/inspect/{Name}");
    }

    private IReadOnlyList<string> Inputs() =>
        settings.App is not { } app ? EchoInputs
        : settings.ExitAfterDemo && app.Inputs.Count == 0 ? OneInput
        : app.Inputs;

    /// <summary>
    /// Mines a few blocks at intervals, until Ctrl-C; sends an input before unless the application is the user's.
    /// </summary>
    private async Task ContinueAsync(
        DevnetChain chain,
        RollupsContracts contracts,
        DevnetDeployment deployment,
        CancellationToken cancellationToken
    )
    {
        // A tournament that ends before the node can join would never have a winner.
        var blocks = Math.Max(1, settings.EpochLength / 2);
        var input = settings.App is null ? "an input and " : "";
        _board.Print($"The chain goes on with {input}{blocks} blocks every {Heartbeat.TotalSeconds:0} s. Press Ctrl-C to end it.");
        using var timer = new PeriodicTimer(Heartbeat);
        for (var i = 1; await timer.WaitForNextTickAsync(cancellationToken); i++)
        {
            if (settings.App is null)
                await contracts.AddInputAsync(
                    deployment.Application,
                    Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"heartbeat {i}")),
                    cancellationToken
                );
            await chain.MineAsync(blocks, cancellationToken);
        }
    }
}
