using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>Filter of an eth_getLogs query.</summary>
/// <param name="Addresses">Emitting contracts; empty for any.</param>
/// <param name="Topics">Per position the accepted values; null or empty for any.</param>
/// <param name="FromBlock">First block, inclusive.</param>
/// <param name="ToBlock">Last block, inclusive.</param>
public sealed record LogFilter(
    IReadOnlyList<Address> Addresses,
    IReadOnlyList<IReadOnlyList<Hash32>?> Topics,
    ulong FromBlock,
    ulong ToBlock
);
