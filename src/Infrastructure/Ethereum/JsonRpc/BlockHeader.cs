using System.Numerics;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>The part of a block header that the node uses.</summary>
/// <param name="Number">Block number.</param>
/// <param name="Hash">Block hash.</param>
/// <param name="ParentHash">Hash of the previous block.</param>
/// <param name="Timestamp">Seconds since 1970, UTC.</param>
/// <param name="BaseFeePerGas">Wei, or null on a chain without EIP-1559.</param>
public sealed record BlockHeader(ulong Number, Hash32 Hash, Hash32 ParentHash, ulong Timestamp, BigInteger? BaseFeePerGas);
