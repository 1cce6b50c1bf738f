using Rollups.Domain;

namespace Rollups.Machines.Cartesi.Rpc;

/// <summary>What the node sends to a waiting guest.</summary>
/// <param name="Data">The bytes, up to 2 MiB.</param>
/// <param name="RevertRoot">
/// For an input: the machine's root before it, which becomes part of the state, and which the server compares with its own. Null for a
/// query.
/// </param>
internal readonly record struct CmioRequest(ReadOnlyMemory<byte> Data, Hash32? RevertRoot)
{
    /// <summary>Reason 0 is an input, reason 1 a query.</summary>
    public RpcCall Call()
    {
        var (data, revertRoot) = (Data, RevertRoot);
        return new RpcCall(
            "machine.send_cmio_response",
            json =>
            {
                json.WriteNumber("reason", revertRoot is null ? 1 : 0);
                json.WriteBase64String("data", data.Span);
                if (revertRoot is { } root)
                    json.WriteBase64String("revert_root_hash", root.ToByteArray());
            }
        );
    }
}
