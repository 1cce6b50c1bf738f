using System.Text.Json.Nodes;
using Rollups.Settings;

namespace Rollups.Devnet;

/// <summary>A block to which the chain can revert, once.</summary>
public sealed class Branch
{
    private readonly DevnetChain _chain;
    private readonly JsonNode _snapshot;

    internal Branch(DevnetChain chain, JsonNode snapshot) => (_chain, _snapshot) = (chain, snapshot);

    /// <summary>Reverts every later block. Blocks mined from now on have other times, and so other hashes.</summary>
    /// <exception cref="OperatorException">Anvil has reverted to a block before it.</exception>
    public async Task GoBackAsync(CancellationToken cancellationToken)
    {
        if (!(await _chain.RpcAsync("evm_revert", [_snapshot.DeepClone()], cancellationToken))!.GetValue<bool>())
            throw new OperatorException("Anvil could not go back to the block.");
        await _chain.RpcAsync("evm_increaseTime", [60], cancellationToken);
    }
}
