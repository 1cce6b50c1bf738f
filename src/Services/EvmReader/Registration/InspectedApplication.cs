using Rollups.Domain;

namespace Rollups.EvmReader.Registration;

/// <summary>What L1 says about an application.</summary>
/// <param name="TemplateHash">Root hash of the machine that it was deployed with.</param>
/// <param name="Consensus">Consensus contract.</param>
/// <param name="Kind">Kind of that contract.</param>
/// <param name="EpochLength">Blocks per epoch, at least 1; 0 for PRT, whose contract seals epochs.</param>
/// <param name="InputBox">Where its inputs come from.</param>
/// <param name="InputBoxBlock">Block of the InputBox's deployment, at least 1.</param>
/// <param name="DeploymentBlock">
/// Block of the application's deployment, or of its consensus where that is older and seals its epochs.
/// </param>
internal sealed record InspectedApplication(
    Hash32 TemplateHash,
    Address Consensus,
    ConsensusType Kind,
    ulong EpochLength,
    Address InputBox,
    ulong InputBoxBlock,
    ulong DeploymentBlock
);
