using System.Numerics;

namespace Rollups.Domain;

/// <summary>An output, decoded.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="Destination">Contract to call; null for a notice.</param>
/// <param name="Value">Wei to send along; null unless it is a voucher.</param>
/// <param name="Payload">Call data, or the content of a notice.</param>
public sealed record DecodedOutput(OutputKind Kind, Address? Destination, BigInteger? Value, byte[] Payload);
