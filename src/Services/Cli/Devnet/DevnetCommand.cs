using System.CommandLine;
using System.Globalization;

namespace Rollups.Cli.Devnet;

/// <summary><c>rollups devnet</c>: the whole node in this process, on a local chain with the real contracts.</summary>
internal static class DevnetCommand
{
    private static readonly Dictionary<string, DevnetConsensus> Kinds = new(StringComparer.Ordinal)
    {
        ["authority"] = DevnetConsensus.Authority,
        ["quorum"] = DevnetConsensus.Quorum,
        ["prt"] = DevnetConsensus.Prt,
    };

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
        var inspect = new Option<int>("--inspect-port")
        {
            Description = "Port of the inspect queries on 127.0.0.1; 0 for a free one.",
            DefaultValueFactory = _ => 10012,
        };
        var app = new Option<string?>("--app")
        {
            Description =
                "Command that runs your application's backend, instead of the echo application. It finds the Rollup HTTP API in "
                + "ROLLUP_HTTP_SERVER_URL, is started again when it ends, and ends with the devnet.",
        };
        var appPort = new Option<int>("--app-port")
        {
            Description = "Port of the Rollup HTTP API of --app on 127.0.0.1; 0 for a free one.",
            DefaultValueFactory = _ => 5004,
        };
        var send = new Option<string[]>("--send")
        {
            Description = "Text to send as an input once the application of --app is registered; may be repeated.",
            DefaultValueFactory = _ => [],
        };
        var api = new Option<int>("--api-port")
        {
            Description = "Port of the query API (/rpc) on 127.0.0.1; 0 for a free one.",
            DefaultValueFactory = _ => 10011,
        };
        var web = new Option<int>("--web-port")
        {
            Description = "Port of the live page with its feed (/events, /epochs, /pipeline) on 127.0.0.1; 0 for a free one.",
            DefaultValueFactory = _ => 10010,
        };
        var length = new Option<int>("--epoch-length")
        {
            Description = "Blocks per epoch; under prt, a tournament accepts commitments for six times this.",
            DefaultValueFactory = _ => 10,
        };
        Check(consensus, Kinds.ContainsKey, "give authority, quorum or prt");
        Check(port, number => number is >= 0 and <= 65535, "give a port from 0 (any free one) to 65535");
        Check(health, number => number is >= 0 and <= 65535, "give a port from 0 (any free one) to 65535");
        Check(inspect, number => number is >= 0 and <= 65535, "give a port from 0 (any free one) to 65535");
        Check(appPort, number => number is >= 0 and <= 65535, "give a port from 0 (any free one) to 65535");
        app.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value.Length: 0 }])
                result.AddError("--app is '': give a command.");
        });
        Check(web, number => number is >= 0 and <= 65535, "give a port from 0 (any free one) to 65535");
        Check(api, number => number is >= 0 and <= 65535, "give a port from 0 (any free one) to 65535");
        Check(length, number => number is >= 2 and <= 100_000, "give a number of blocks from 2 to 100000");
        consensus.CompletionSources.Add([.. Kinds.Keys]);
        var command = new Verb(
            "devnet",
            "Starts Anvil, deploys the real contracts and an echo application, runs every service in this process, and shows "
                + "each epoch's progress.",
            "rollups devnet",
            "rollups devnet --consensus prt --anvil-port 0 --exit-after-demo",
            "rollups devnet --app \"node my-dapp.js\" --send hello"
        )
        {
            exit,
            consensus,
            port,
            health,
            inspect,
            app,
            appPort,
            send,
            api,
            web,
            length,
        };
        command.Validators.Add(result =>
        {
            var hasApp = result.GetResult(app) is not null;
            if (hasApp && result.GetValue(consensus) == "quorum")
                result.AddError("--app works with one node, and a quorum has two: use authority or prt.");
            if (!hasApp && result.GetResult(send) is { Implicit: false })
                result.AddError("--send needs --app: the demo of the echo application has its own inputs.");
        });
        command.SetAction(
            (parsed, cancellationToken) =>
                RollupsCommand.GuardAsync(() =>
                    new DevnetDemo(
                        new DevnetSettings(
                            parsed.GetValue(exit),
                            Kinds[parsed.GetRequiredValue(consensus)],
                            parsed.GetValue(port),
                            parsed.GetValue(health),
                            parsed.GetValue(inspect),
                            parsed.GetValue(api),
                            parsed.GetValue(web),
                            (ulong)parsed.GetValue(length),
                            parsed.GetValue(app) is { } backend
                                ? new DevnetApp(backend, parsed.GetValue(appPort), parsed.GetRequiredValue(send))
                                : null
                        )
                    ).RunAsync(cancellationToken)
                )
        );
        return command;
    }

    // A wrong value is a mistake of the command line, as an unknown option is. What cannot be parsed has the library's sentence.
    private static void Check<T>(Option<T> option, Func<T, bool> isRight, string remedy)
        where T : IParsable<T> =>
        option.Validators.Add(result =>
        {
            if (
                result.Tokens is [.., var token]
                && T.TryParse(token.Value, CultureInfo.InvariantCulture, out var value)
                && !isRight(value)
            )
                result.AddError($"{option.Name} is {(value is string ? $"'{value}'" : $"{value}")}: {remedy}.");
        });
}
