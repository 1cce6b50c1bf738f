using System.CommandLine;
using Rollups.Cli.Database;
using Rollups.Cli.Output;

namespace Rollups.Cli.Deploy;

/// <summary>
/// <c>rollups deploy echo</c>: deploys the contracts and an echo application on a running devnet, and registers it with a running node.
/// </summary>
internal static class EchoVerb
{
    public static Verb Create()
    {
        var name = new Option<string>("--name") { Description = "Name of the application.", DefaultValueFactory = _ => "echo" };
        var epochLength = new Option<ulong>("--epoch-length") { Description = "Blocks per epoch.", DefaultValueFactory = _ => 10 };
        return new Verb(
            "echo",
            "Deploys the contracts and an echo application on an Anvil, and registers it with a running node. Reads the "
                + "node's own settings for both: ROLLUPS_Ethereum__HttpEndpoint, ROLLUPS_Messaging__RabbitMq__Host and so on.",
            "rollups deploy echo --name echo --epoch-length 10"
        )
        {
            name,
            epochLength,
        }.Runs(
            async (parsed, output, cancellationToken) =>
            {
                var console = parsed.InvocationConfiguration;
                var deployed = await EchoDeployment.RunAsync(
                    NodeDatabase.Configuration(),
                    parsed.GetRequiredValue(name),
                    parsed.GetRequiredValue(epochLength),
                    output.IsJson ? console.Error : console.Output,
                    cancellationToken
                );
                if (output.IsJson)
                    output.Json(deployed);
                return ExitCode.Done;
            }
        );
    }
}
