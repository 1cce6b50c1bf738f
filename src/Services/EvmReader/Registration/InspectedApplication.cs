using Rollups.Domain;

namespace Rollups.EvmReader.Registration;

/// <summary>An application's parameters as read from L1.</summary>
/// <param name="TemplateHash">Root hash of the machine template at deployment.</param>
/// <param name="Consensus">Consensus contract.</param>
/// <param name="Kind">Kind of the consensus contract.</param>
/// <param name="EpochLength">Blocks per epoch, at least 1; 0 for PRT, whose contract seals epochs.</param>
/// <param name="InputBox">The InputBox that its inputs come from.</param>
/// <param name="InputBoxBlock">Block of the InputBox's deployment, at least 1.</param>
/// <param name="DeploymentBlock">
/// Block of the application's deployment, or of its consensus if that is older and seals its epochs.
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
