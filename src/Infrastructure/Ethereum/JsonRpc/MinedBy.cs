using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>A transaction in a block, by its sender.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="Nonce">Nonce of the sender.</param>
/// <param name="To">Receiver; null for the creation of a contract.</param>
/// <param name="Data">Call data.</param>
public sealed record MinedBy(Hash32 Hash, ulong Nonce, Address? To, byte[] Data);
