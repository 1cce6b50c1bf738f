using System.Numerics;
using Nethereum.Model;
using Nethereum.RLP;
using Rollups.Domain;
using Signable = Nethereum.Model.SignedTransaction;

namespace Rollups.Ethereum;

/// <summary>Puts transactions into the form that is hashed, signed and sent: type 2 of EIP-1559, or the legacy form of EIP-155.</summary>
internal static class TransactionEncoding
{
    /// <summary>The transaction as Nethereum encodes it, without a signature.</summary>
    public static Signable ToSignable(UnsignedTransaction transaction)
    {
        var (chainId, nonce, to, value, data, gasLimit, fees) = transaction;
        return fees.IsLegacy
            ? new LegacyTransactionChainId(
                Number(nonce),
                Number(fees.MaxFeePerGas),
                Number(gasLimit),
                to.ToByteArray(),
                Number(value),
                data,
                Number(chainId)
            )
            : new Transaction1559(
                chainId,
                nonce,
                fees.MaxPriorityFeePerGas,
                fees.MaxFeePerGas,
                gasLimit,
                to.ToString(),
                value,
                Hex.Encode(data),
                []
            );
    }

    /// <summary>The bytes for eth_sendRawTransaction, and their hash.</summary>
    /// <param name="transaction">With its signature.</param>
    public static SignedTransaction ToSigned(Signable transaction)
    {
        var raw = transaction.GetRLPEncoded();
        return new SignedTransaction(raw, Keccak256.Hash(raw));
    }

    private static byte[] Number(BigInteger number) => number.ToBytesForRLPEncoding();
}
