namespace Rollups.Ethereum;

/// <summary>A contract reverted a call or a transaction.</summary>
/// <param name="method">JSON-RPC method that met the revert.</param>
/// <param name="data">Revert data: 4-byte error selector and arguments; empty if the contract gave none.</param>
/// <param name="nodeMessage">The node's own message.</param>
public sealed class ContractRevertedException(string method, byte[] data, string nodeMessage)
    : EthereumRpcException(method, 3, nodeMessage)
{
    /// <summary>The error's name and arguments if the contract gave any, else the node's message.</summary>
    public override string Message =>
        data.Length == 0 ? base.Message : $"{Method}: the contract refused with {RevertReason.Describe(data)}";

    /// <summary>The contract's error in words if it gave one, else the node's message.</summary>
    public string Reason => data.Length == 0 ? NodeMessage : RevertReason.Describe(data);

    /// <summary>Revert data: 4-byte error selector and arguments; empty if the contract gave none.</summary>
    public IReadOnlyList<byte> RevertData => data;

    /// <summary>The error selector, or null if there is none.</summary>
    public uint? Selector => data.Length >= 4 ? System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(data) : null;

    /// <summary>Whether it is Panic(0x01), a failed assertion in the contract.</summary>
    public bool IsFailedAssertion =>
        Selector == RevertReason.Panic && data.Length == 36 && data.AsSpan(4, 31).IndexOfAnyExcept((byte)0) < 0 && data[^1] == 1;
}
