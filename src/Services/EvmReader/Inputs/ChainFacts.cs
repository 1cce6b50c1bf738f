using Rollups.Ethereum;

namespace Rollups.EvmReader.Inputs;

/// <summary>What L1 says about an application at the head block. Null: not asked, or no answer.</summary>
/// <param name="Inputs">getNumberOfInputs.</param>
/// <param name="Executed">getNumberOfExecutedOutputs.</param>
/// <param name="LastInputHash">getInputHash of the newest stored input: keccak256 of its bytes.</param>
/// <param name="Sealed">getCurrentSealedEpoch of a PRT application.</param>
internal readonly record struct ChainFacts(ulong? Inputs, ulong? Executed, Hash32? LastInputHash, CurrentSealedEpoch? Sealed);
