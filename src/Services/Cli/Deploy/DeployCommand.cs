using System.CommandLine;
using Rollups.Hosting;

namespace Rollups.Cli.Deploy;

/// <summary>
/// <c>rollups deploy</c>: deploys the contracts and an echo application on a running devnet, and registers it with a running node.
/// </summary>
internal static class DeployCommand
{
    public static Command Create()
    {
        var name = new Option<string>("--name") { Description = "Name of the application.", DefaultValueFactory = _ => "echo" };
        var epochLength = new Option<ulong>("--epoch-length") { Description = "Blocks per epoch.", DefaultValueFactory = _ => 10 };
        var command = new Verb(
            "deploy",
            "Deploys the contracts and an echo application on an Anvil, and registers it with a running node. Reads the "
                + "node's own settings for both: ROLLUPS_Ethereum__HttpEndpoint, ROLLUPS_Messaging__RabbitMq__Host and so on.",
            "rollups deploy --name echo --epoch-length 10"
        )
        {
            name,
            epochLength,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                RollupsCommand.GuardAsync(async () =>
                {
                    var configuration = RollupsHost.CreateBuilder([]).Configuration;
                    await EchoDeployment.RunAsync(
                        configuration,
                        parsed.GetRequiredValue(name),
                        parsed.GetRequiredValue(epochLength),
                        Console.Out,
                        cancellationToken
                    );
                    return ExitCode.Done;
                })
        );
        return command;
    }
}
