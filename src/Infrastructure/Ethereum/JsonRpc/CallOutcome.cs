namespace Rollups.Ethereum;

/// <summary>Outcome of one call of a batch: return data, or the revert.</summary>
/// <param name="Data">Return data; null if the call failed.</param>
/// <param name="Error">The revert; null if the call succeeded.</param>
public sealed record CallOutcome(byte[]? Data, ContractRevertedException? Error);
