using System.Globalization;
using System.Numerics;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Cli.Tests.L1;

/// <summary>An Anvil with the contracts and the portals, an application on it, and an account that the commands send from.</summary>
public sealed class CliChain : IAsyncLifetime
{
    private readonly AnvilChain _anvil = new();

    /// <summary>Blocks per epoch of the application.</summary>
    public const ulong EpochLength = 10;

    /// <summary>The account of the commands.</summary>
    public static Address Account => DevnetAccounts.Stranger;

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public DevnetChain Chain => _anvil.Chain;

    public RollupsContracts Contracts => _anvil.Contracts;

    public Address Application { get; private set; }

    public Address Authority { get; private set; }

    /// <summary>Settings of the node, with the account's key.</summary>
    public (string Name, string Value)[] Variables =>
        [.. WithoutKey, ("ROLLUPS_Signer__Kind", "private-key"), ("ROLLUPS_Signer__PrivateKey", DevnetAccounts.StrangerKey)];

    /// <summary>The same without a signer.</summary>
    public (string Name, string Value)[] WithoutKey =>
        [("ROLLUPS_Ethereum__HttpEndpoint", _anvil.Anvil.HttpEndpoint.ToString()), ("ROLLUPS_Ethereum__PollingInterval", "00:00:00.05")];

    public async ValueTask InitializeAsync()
    {
        await _anvil.InitializeAsync();
        await Contracts.DeployPortalsAsync(CancellationToken.None);
        (Application, Authority) = await Contracts.DeployAuthorityApplicationAsync(EpochLength, default, default, CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _anvil.DisposeAsync();

    /// <summary>Reads a number from a contract.</summary>
    public async Task<BigInteger> NumberAsync(Address contract, string signature, params AbiValue[] arguments) =>
        new AbiReader(
            await Chain.Client.CallAsync(new CallRequest(contract, new AbiFunction(signature).Encode(arguments)), BlockTag.Latest, Cancel)
        ).UInt256(0);

    /// <summary>The newest input of the application, as the InputBox emitted it.</summary>
    public async Task<EvmAdvance> LastInputAsync()
    {
        var filter = new LogFilter(
            [RollupsContracts.InputBox],
            [
                [InputBoxContract.InputAddedTopic],
                [InputBoxContract.ApplicationTopic(Application)],
            ],
            0,
            await Chain.HeadAsync(Cancel)
        );
        var log = (await Chain.Client.GetLogsAsync(filter, Cancel))[^1];
        return EvmAdvance.Decode(InputBoxContract.DecodeInputAdded(log).Data);
    }

    /// <summary>Runs a command with the account and returns its JSON.</summary>
    internal async Task<System.Text.Json.JsonElement> JsonAsync(params string[] arguments)
    {
        var answer = await CliProcess.RunHereAsync(Variables, [.. arguments, "--json"]);
        answer.ExitCode.ShouldBe(0, answer.Error);
        return System.Text.Json.JsonDocument.Parse(answer.Output).RootElement;
    }

    /// <summary>Runs a command that must be refused; returns its one sentence.</summary>
    internal Task<string> RefusedAsync(params string[] arguments) => RefusedAsync(Variables, arguments);

    internal static async Task<string> RefusedAsync((string Name, string Value)[] variables, params string[] arguments)
    {
        var answer = await CliProcess.RunHereAsync(variables, arguments);
        answer.ExitCode.ShouldBe(ExitCode.Refused, answer.Error);
        answer.Output.ShouldBeEmpty();
        return answer.ErrorLines.ShouldHaveSingleItem();
    }

    public static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
