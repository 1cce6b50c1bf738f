namespace Rollups.EvmReader.History;

/// <summary>The seal that a PRT application needs next.</summary>
/// <param name="Number">Number of the epoch that it seals; after reverted seals, an epoch that was sealed before.</param>
/// <param name="From">First block that can have it.</param>
/// <param name="IsOnChain">True if the contract has sealed that epoch by the head; otherwise there is nothing to read.</param>
internal readonly record struct NextSeal(ulong Number, ulong From, bool IsOnChain);
