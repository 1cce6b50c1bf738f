using System.Numerics;

namespace Rollups.Ethereum;

/// <summary>A secp256k1 signature with S in the lower half of the order (EIP-2).</summary>
/// <param name="R">The r value.</param>
/// <param name="S">The s value.</param>
/// <param name="RecoveryId">0 or 1: parity of the y coordinate of the nonce point.</param>
internal readonly record struct Signature(BigInteger R, BigInteger S, int RecoveryId);
