using System.CommandLine;
using Rollups.Hosting;
using Rollups.Settings;

namespace Rollups.Cli.Devnet;

/// <summary><c>rollups devnet</c>: the whole node in this process, on a local chain with the real contracts.</summary>
internal static class DevnetCommand
{
    public static Command Create()
    {
        var exit = new Option<bool>("--exit-after-demo")
        {
            Description =
                "End with 0 once the first epoch is accepted, its voucher executed and its notice validated on chain; with "
                + "another code if that fails or takes two minutes.",
        };
        var consensus = new Option<string>("--consensus")
        {
            Description =
                "Kind of consensus contract: authority, quorum (of three validators, with a second node as another one), or prt "
                + "(tournaments of contracts that stand in for Dave's).",
            DefaultValueFactory = _ => "authority",
        };
        var port = new Option<int>("--anvil-port")
        {
            Description = "Port of Anvil on 127.0.0.1; 0 for a free one.",
            DefaultValueFactory = _ => 8545,
        };
        var health = new Option<int>("--health-port")
        {
            Description = "Port of /livez, /readyz and /metrics on 127.0.0.1; 0 for a free one.",
            DefaultValueFactory = _ => 10000,
        };
        var length = new Option<int>("--epoch-length")
        {
            Description = "Blocks per epoch; under prt, a tournament accepts commitments for six times this.",
            DefaultValueFactory = _ => 10,
        };
        var command = new Command(
            "devnet",
            "Starts Anvil, deploys the real contracts and an echo application, runs every service in this process, and shows "
                + "each epoch's progress."
        )
        {
            exit,
            consensus,
            port,
            health,
            length,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                RollupsCommand.GuardAsync(() =>
                    new DevnetDemo(
                        Read(
                            parsed.GetValue(exit),
                            parsed.GetValue(consensus)!,
                            parsed.GetValue(port),
                            parsed.GetValue(health),
                            parsed.GetValue(length)
                        )
                    ).RunAsync(cancellationToken)
                )
        );
        return command;
    }

    private static DevnetSettings Read(bool exitAfterDemo, string consensus, int anvilPort, int healthPort, int epochLength)
    {
        var kind = consensus switch
        {
            "authority" => DevnetConsensus.Authority,
            "quorum" => DevnetConsensus.Quorum,
            "prt" => DevnetConsensus.Prt,
            _ => throw new OperatorException($"--consensus is '{consensus}': give authority, quorum or prt."),
        };
        if (anvilPort is < 0 or > 65535)
            throw new OperatorException($"--anvil-port is {anvilPort}: give a port from 0 (any free one) to 65535.");
        if (healthPort is < 0 or > 65535)
            throw new OperatorException($"--health-port is {healthPort}: give a port from 0 (any free one) to 65535.");
        if (epochLength is < 2 or > 100_000)
            throw new OperatorException($"--epoch-length is {epochLength}: give a number of blocks from 2 to 100000.");
        return new DevnetSettings(exitAfterDemo, kind, anvilPort, healthPort, (ulong)epochLength);
    }
}

/// <summary>Arguments of <c>rollups devnet</c>.</summary>
/// <param name="ExitAfterDemo">End once the first epoch is accepted.</param>
/// <param name="Consensus">Kind of consensus contract.</param>
/// <param name="AnvilPort">Port of Anvil; 0 for a free one.</param>
/// <param name="HealthPort">Port of the health listener; 0 for a free one.</param>
/// <param name="EpochLength">Blocks per epoch.</param>
internal sealed record DevnetSettings(bool ExitAfterDemo, DevnetConsensus Consensus, int AnvilPort, int HealthPort, ulong EpochLength);
