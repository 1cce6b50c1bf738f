using Rollups.Api.Rpc;
using Rollups.Api.Wire;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Api.Methods;

/// <summary>Methods about the node.</summary>
/// <param name="chain">The chain that it follows.</param>
internal sealed class NodeMethods(ChainIdentity chain)
{
    /// <summary>
    /// What clients compare with the versions that they know: the interface is that of this version of the Go node. Ours is its build
    /// metadata.
    /// </summary>
    public static string Version { get; } =
        $"2.0.0-alpha.12+masstransit-rollups.{typeof(NodeMethods).Assembly.GetName().Version!.ToString(3)}";

    public IEnumerable<RpcMethod> All =>
        [
            RpcMethod.Get<WireNode>("cartesi_getNodeInfo", "Chain, version and block tag of the node.", [], InfoAsync, canMiss: true),
            RpcMethod.Get<ulong>("cartesi_getChainId", "EIP-155 id of the chain.", [], _ => Task.FromResult(chain.ChainId)),
            RpcMethod.Get<string>("cartesi_getNodeVersion", "Version of the interface.", [], _ => Task.FromResult(Version)),
        ];

    private async Task<WireNode> InfoAsync(RpcCall call) =>
        new()
        {
            ChainId = chain.ChainId,
            Version = Version,
            DefaultBlock =
                (await StoredChainPolicy.ReadAsync(call.Db, call.Token))?.Policy.DefaultBlock.ToUpperInvariant()
                ?? throw RpcErrors.Missing("The node has not read L1 yet: start its EvmReader."),
        };
}
