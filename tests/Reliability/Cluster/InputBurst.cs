using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Reliability.Tests.Cluster;

/// <summary>A burst of inputs for one application: a contract adds hundreds in each transaction, each transaction being a block.</summary>
internal sealed class InputBurst
{
    // About what a block of a public chain takes.
    private const int PerTransaction = 500;
    private const string Gas = "0x1c00000";
    private static readonly AbiFunction Add = new("add(address,uint256,uint256)");

    private readonly DevnetChain _chain;
    private readonly Address _contract;

    private InputBurst(DevnetChain chain, Address contract) => (_chain, _contract) = (chain, contract);

    public static async Task<InputBurst> DeployAsync(DevnetChain chain, CancellationToken cancellationToken) =>
        new(chain, await StandInContracts.DeployAsync(chain, "StandInBurst", [AbiValue.Of(RollupsContracts.InputBox)], cancellationToken));

    /// <param name="application">Whose inputs they are.</param>
    /// <param name="inputs">How many.</param>
    /// <param name="between">
    /// What else happens on chain, after each transaction but the last; gets the number of inputs sent so far.
    /// </param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task SendAsync(Address application, int inputs, Func<int, Task> between, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < inputs; )
        {
            var count = Math.Min(PerTransaction, inputs - sent);
            var call = Add.Encode(AbiValue.Of(application), AbiValue.Of((ulong)sent), AbiValue.Of((ulong)count));
            var hash = Hash32.Parse(
                (
                    await _chain.RpcAsync(
                        "eth_sendTransaction",
                        [
                            new System.Text.Json.Nodes.JsonObject
                            {
                                ["from"] = DevnetAccounts.User.ToString(),
                                ["to"] = _contract.ToString(),
                                ["data"] = Hex.Encode(call),
                                ["gas"] = Gas,
                            },
                        ],
                        cancellationToken
                    )
                )!.GetValue<string>()
            );
            (await _chain.ReceiptAsync(hash, cancellationToken)).ShouldNotBeNull().Succeeded.ShouldBeTrue();
            sent += count;
            if (sent < inputs)
                await between(sent);
        }
    }
}
