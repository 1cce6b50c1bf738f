using System.Globalization;
using Rollups.Cli.Database;
using Rollups.Cli.Http;
using Rollups.Cli.Output;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Settings;

namespace Rollups.Cli.App;

/// <summary><c>rollups app status</c>.</summary>
internal static class StatusVerb
{
    public static Verb Create()
    {
        var app = ApplicationArgument.Create();
        var verb = new Verb(
            "status",
            "Shows how an application is: its health with the remedy, how far L1 is read, and the stages of its newest epochs. Reads the "
                + "node's database (ROLLUPS_Database__...) or its API and, if it is set, the L1 endpoint (ROLLUPS_Ethereum__...).",
            "rollups app status echo",
            "rollups app status echo --json",
            "rollups app status echo --url http://127.0.0.1:10011"
        )
        {
            app,
        };
        var url = NodeUrl.ReadOption(verb);
        return verb.Runs(
            async (parsed, output, cancellationToken) =>
            {
                var configuration = NodeDatabase.Configuration();
                var key = parsed.GetRequiredValue(app);
                var head = await HeadAsync(configuration, output, cancellationToken);
                var now = TimeProvider.System.GetUtcNow();
                if (parsed.GetValue(url) is { } node)
                {
                    using var api = NodeApi.Open(node, output);
                    Show(await ApiApplication.LoadAsync(api, key, head, now, cancellationToken), output);
                    return ExitCode.Done;
                }

                var status = await NodeDatabase.ReadAsync(
                    configuration,
                    database => ApplicationStatus.LoadAsync(database, key, head, now, cancellationToken),
                    cancellationToken
                );
                Show(status, output);
                return ExitCode.Done;
            }
        );
    }

    private static void Show(ApplicationStatus status, CommandOutput output)
    {
        output.Show(
            status,
            ("name", status.Name),
            ("address", status.Address.ToString()),
            ("consensus", EnumNames.Of(status.Consensus)),
            ("health", status.ReasonKind is { } kind ? $"{status.Health}, {EnumNames.Of(kind)}" : status.Health),
            ("reason", status.Reason),
            ("remedy", status.Remedy),
            ("L1 head", status.L1Head is { } head ? $"block {head}" : "unknown"),
            (
                "read to",
                status.L1Head > status.LastReadBlock
                    ? $"block {status.LastReadBlock}, {status.L1Head - status.LastReadBlock} behind the head"
                    : $"block {status.LastReadBlock}"
            ),
            ("inputs", $"{status.ProcessedInputs} of {status.StoredInputs} run")
        );
        if (output.IsJson)
            return;
        output.Heading("Newest epochs");
        output.List(
            status.Epochs,
            status.Epochs,
            "None yet: an epoch begins with its first input.",
            new("EPOCH", row => row.Index.ToString(CultureInfo.InvariantCulture), ColumnKind.Number),
            new("STAGE", row => EnumNames.Of(row.Status)),
            new("INPUTS", row => row.Inputs.ToString(CultureInfo.InvariantCulture), ColumnKind.Number),
            new("SINCE", row => output.Time(row.Since)),
            new("FOR", row => row.SecondsInStage is { } seconds ? Duration.Text(TimeSpan.FromSeconds(seconds)) : null)
        );
    }

    /// <summary>The newest block; null with a note if there is no endpoint or it does not answer. The rest is shown all the same.</summary>
    private static async Task<ulong?> HeadAsync(IConfiguration configuration, CommandOutput output, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(configuration[$"{EthereumOptions.Section}:{nameof(EthereumOptions.HttpEndpoint)}"]))
        {
            output.Note("The head of L1 is unknown: ROLLUPS_Ethereum__HttpEndpoint is not set.");
            return null;
        }

        // Somebody waits at the terminal.
        var quick = new ConfigurationBuilder()
            .AddConfiguration(configuration)
            .AddInMemoryCollection([
                new($"{EthereumOptions.Section}:{nameof(EthereumOptions.RequestTimeout)}", "00:00:05"),
                new($"{EthereumOptions.Section}:{nameof(EthereumOptions.MaxRetries)}", "0"),
            ])
            .Build();
        try
        {
            await using var services = new ServiceCollection().AddLogging().AddEthereum(quick).BuildServiceProvider();
            return (await services.GetRequiredService<IEthereumClient>().GetBlockAsync(BlockTag.Latest, cancellationToken))?.Number;
        }
        catch (Exception exception) when (exception is EthereumUnreachableException or EthereumRpcException or OperatorException)
        {
            output.Note($"The head of L1 is unknown: {exception.Message}");
            return null;
        }
    }
}
