using Rollups.Ethereum;

namespace Rollups.EvmReader.Facts;

/// <summary>The L1 facts of an application at the head. Null: not queried, or no answer.</summary>
/// <param name="Inputs">getNumberOfInputs.</param>
/// <param name="Executed">getNumberOfExecutedOutputs.</param>
/// <param name="Sealed">getCurrentSealedEpoch of a PRT application.</param>
internal readonly record struct ChainFacts(ulong? Inputs, ulong? Executed, CurrentSealedEpoch? Sealed);
