using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>A transaction ready to be sent.</summary>
/// <param name="RawBytes">The bytes for eth_sendRawTransaction.</param>
/// <param name="Hash">Its hash.</param>
public sealed record SignedTransaction(byte[] RawBytes, Hash32 Hash);
