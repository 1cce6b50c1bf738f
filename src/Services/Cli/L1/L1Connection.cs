using System.Globalization;
using Microsoft.Extensions.Options;
using Rollups.Cli.Database;
using Rollups.Cli.Output;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Settings;

namespace Rollups.Cli.L1;

/// <summary>L1 by the node's own settings (<c>ROLLUPS_Ethereum__...</c>). Reads the newest block, whatever tag the node reads at.</summary>
internal sealed class L1Connection : IAsyncDisposable
{
    // Somebody waits at the terminal, so the default of the node, which is a whole block, is too long.
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(1);

    private readonly ServiceProvider _services;

    private L1Connection(ServiceProvider services, IConfigurationRoot configuration) =>
        (_services, Configuration) = (services, configuration);

    /// <summary>The settings of the node.</summary>
    public IConfigurationRoot Configuration { get; }

    /// <summary>The endpoint.</summary>
    public IEthereumClient Client => _services.GetRequiredService<IEthereumClient>();

    /// <summary>New blocks.</summary>
    public IHeadSource Heads => _services.GetRequiredService<IHeadSource>();

    /// <summary>Fees of the next transaction.</summary>
    public FeeEstimator Fees => _services.GetRequiredService<FeeEstimator>();

    /// <summary>The chain of the endpoint; Ethereum:ChainId, if it is set.</summary>
    public ulong ChainId { get; private set; }

    /// <summary>The configured account; only where the connection was opened with it.</summary>
    public ITransactionSigner Signer => _services.GetRequiredService<ITransactionSigner>();

    /// <summary>Runs what a verb does on L1.</summary>
    /// <param name="output">Takes the warnings.</param>
    /// <param name="needsSigner">Whether the verb sends transactions.</param>
    /// <param name="run">What it does.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="OperatorException">A setting is missing or wrong, the chain is another one, or the endpoint refuses.</exception>
    /// <exception cref="EthereumUnreachableException">The endpoint does not answer.</exception>
    public static async Task<int> RunAsync(
        CommandOutput output,
        bool needsSigner,
        Func<L1Connection, Task<int>> run,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        await using var l1 = Create(output, needsSigner);
        try
        {
            await l1.ConnectAsync(cancellationToken);
            return await run(l1);
        }
        catch (ContractRevertedException revert)
        {
            throw new OperatorException($"The contract refused the call: {revert.Reason.TrimEnd('.')}. Nothing was sent.", revert);
        }
        catch (EthereumRpcException exception)
        {
            throw new OperatorException($"The L1 endpoint refused a request: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    /// <summary>Whether a contract is at that address.</summary>
    public async Task<bool> HasCodeAsync(Address address, CancellationToken cancellationToken) =>
        (await Client.GetCodeAsync(address, BlockTag.Latest, cancellationToken)).Length > 0;

    /// <summary>Calls a contract as of the newest block.</summary>
    /// <exception cref="ContractRevertedException">It reverted.</exception>
    public Task<byte[]> CallAsync(CallRequest call, CancellationToken cancellationToken) =>
        Client.CallAsync(call, BlockTag.Latest, cancellationToken);

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static L1Connection Create(CommandOutput output, bool needsSigner)
    {
        var configuration = NodeDatabase.Configuration();
        var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(new NotesLogger(output)).SetMinimumLevel(LogLevel.Warning))
            .AddEthereum(WithDefaults(configuration));
        if (needsSigner)
        {
            if (configuration[$"{SignerOptions.Section}:{nameof(SignerOptions.Kind)}"] is null or "" or "none")
                throw new OperatorException(
                    "Signer:Kind is none, and this command sends a transaction: set ROLLUPS_Signer__Kind, for example to "
                        + "private-key-file, and give that key with ROLLUPS_Signer__PrivateKeyFile."
                );
            services.AddEthereumSigner(configuration);
        }
        return new L1Connection(services.BuildServiceProvider(), configuration);
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        ChainId = await Client.GetChainIdAsync(cancellationToken);
        if (Configuration[ChainIdSetting] is { Length: > 0 })
            await Client.EnsureChainAsync(_services.GetRequiredService<IOptions<EthereumOptions>>().Value, cancellationToken);
        await _services.ConnectEthereumSignerAsync(cancellationToken);
    }

    private static string ChainIdSetting => $"{EthereumOptions.Section}:{nameof(EthereumOptions.ChainId)}";

    // The node needs a chain id; a command asks the endpoint where it has none.
    private static IConfiguration WithDefaults(IConfigurationRoot configuration)
    {
        var interval = $"{EthereumOptions.Section}:{nameof(EthereumOptions.PollingInterval)}";
        var changed = new Dictionary<string, string?> { [$"{EthereumOptions.Section}:{nameof(EthereumOptions.DefaultBlock)}"] = "latest" };
        if (configuration[ChainIdSetting] is null or "")
            changed[ChainIdSetting] = "1";
        if (!TimeSpan.TryParse(configuration[interval], CultureInfo.InvariantCulture, out var configured) || configured > LongestPoll)
            changed[interval] = LongestPoll.ToString("c", CultureInfo.InvariantCulture);
        return new ConfigurationBuilder().AddConfiguration(configuration).AddInMemoryCollection(changed).Build();
    }
}
