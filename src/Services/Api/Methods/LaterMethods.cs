using Rollups.Api.Queries;
using Rollups.Api.Rpc;
using Rollups.Api.Wire;

namespace Rollups.Api.Methods;

/// <summary>
/// Methods about what contracts 2.2.0 do not have (withdrawals) or this node does not keep (bonds). Clients call them all the same, so the
/// lists are empty and no item is found.
/// </summary>
internal static class LaterMethods
{
    public static IEnumerable<RpcMethod> All =>
        [
            RpcMethod.List<WireWithdrawal>(
                "cartesi_listWithdrawals",
                "Withdrawals of the emergency exit. The contracts in use have none: the list is empty.",
                [Parameters.Application, Parameters.AccountIndex.Optional, .. Parameters.Page],
                EmptyAsync<WireWithdrawal>
            ),
            RpcMethod.Get<WireWithdrawal>(
                "cartesi_getWithdrawal",
                "One withdrawal of the emergency exit. The contracts in use have none.",
                [Parameters.Application, Parameters.AccountIndex],
                call => MissAsync<WireWithdrawal>(call, "The application has no such withdrawal: its contracts know none."),
                canMiss: true
            ),
            RpcMethod.List<WireBondEvent>(
                "cartesi_listBondEvents",
                "Bonds paid and recovered in tournaments. This node keeps none: the list is empty.",
                [Parameters.Application, Parameters.EpochIndex.Optional, Parameters.TournamentAddress.Optional, .. Parameters.Page],
                EmptyAsync<WireBondEvent>
            ),
            RpcMethod.Get<WireBondEvent>(
                "cartesi_getBondEvent",
                "One bond event. This node keeps none.",
                [Parameters.Application, Parameters.TxHash, Parameters.LogIndex],
                call => MissAsync<WireBondEvent>(call, "This node keeps no bond events."),
                canMiss: true
            ),
        ];

    private static async Task<Listing<T>> EmptyAsync<T>(RpcCall call)
    {
        await call.ApplicationIdAsync();
        return call.Page.Of<T>([], 0);
    }

    private static async Task<T> MissAsync<T>(RpcCall call, string message)
    {
        await call.ApplicationIdAsync();
        throw RpcErrors.Missing(message);
    }
}
