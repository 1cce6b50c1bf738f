using System.Numerics;

namespace Rollups.Ethereum;

/// <summary>A transaction before it is signed.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Nonce">Account nonce.</param>
/// <param name="To">Called contract.</param>
/// <param name="Value">Wei.</param>
/// <param name="Data">Call data.</param>
/// <param name="GasLimit">Gas units.</param>
/// <param name="Fees">EIP-1559 or legacy fees.</param>
public sealed record UnsignedTransaction(ulong ChainId, ulong Nonce, Address To, BigInteger Value, byte[] Data, ulong GasLimit, TransactionFees Fees)
{
    private static readonly byte[] EmptyAccessList = Rlp.List();

    /// <summary>What is hashed and signed: type 2 of EIP-1559, or the legacy form of EIP-155.</summary>
    internal byte[] SigningPayload() => Fees.IsLegacy
        ? Rlp.List([.. LegacyFields(), Rlp.Number(ChainId), Rlp.Number(0), Rlp.Number(0)])
        : [0x02, .. Rlp.List(DynamicFeeFields())];

    /// <summary>The bytes for eth_sendRawTransaction.</summary>
    internal byte[] Signed(Signature signature) => Fees.IsLegacy
        ? Rlp.List([.. LegacyFields(), Rlp.Number(((BigInteger)ChainId * 2) + 35 + signature.RecoveryId), Rlp.Number(signature.R), Rlp.Number(signature.S)])
        : [0x02, .. Rlp.List([.. DynamicFeeFields(), Rlp.Number(signature.RecoveryId), Rlp.Number(signature.R), Rlp.Number(signature.S)])];

    private byte[][] LegacyFields() =>
        [Rlp.Number(Nonce), Rlp.Number(Fees.MaxFeePerGas), Rlp.Number(GasLimit), Rlp.Bytes(To.ToByteArray()), Rlp.Number(Value), Rlp.Bytes(Data)];

    private byte[][] DynamicFeeFields() =>
    [
        Rlp.Number(ChainId), Rlp.Number(Nonce), Rlp.Number(Fees.MaxPriorityFeePerGas), Rlp.Number(Fees.MaxFeePerGas), Rlp.Number(GasLimit),
        Rlp.Bytes(To.ToByteArray()), Rlp.Number(Value), Rlp.Bytes(Data), EmptyAccessList,
    ];
}

/// <summary>What a transaction pays per unit of gas.</summary>
/// <param name="MaxFeePerGas">Wei; the gas price of a legacy transaction.</param>
/// <param name="MaxPriorityFeePerGas">Wei; unused in a legacy transaction.</param>
/// <param name="IsLegacy">True for type 0.</param>
public sealed record TransactionFees(BigInteger MaxFeePerGas, BigInteger MaxPriorityFeePerGas, bool IsLegacy);

/// <summary>A transaction ready to be sent.</summary>
/// <param name="RawBytes">The bytes for eth_sendRawTransaction.</param>
/// <param name="Hash">Its hash.</param>
public sealed record SignedTransaction(byte[] RawBytes, Hash32 Hash);
