using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>A signed transaction that is not stored yet.</summary>
/// <param name="Unsigned">Its fields.</param>
/// <param name="Signed">Its bytes and hash.</param>
internal sealed record SignedDraft(UnsignedTransaction Unsigned, SignedTransaction Signed);
