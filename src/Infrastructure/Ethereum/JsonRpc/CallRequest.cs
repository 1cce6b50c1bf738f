using System.Numerics;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>A message call.</summary>
/// <param name="To">Contract.</param>
/// <param name="Data">Selector and ABI-encoded arguments.</param>
/// <param name="From">Sender, or null for the zero address.</param>
/// <param name="Value">Wei to send along.</param>
public sealed record CallRequest(Address To, byte[] Data, Address? From = null, BigInteger Value = default);
