using Rollups.Domain;

namespace Rollups.Cli.Tests.Database;

/// <summary>Applications as the node stores them.</summary>
internal static class TestApplications
{
    public static Application Create(string name, Address address, ConsensusType kind = ConsensusType.Authority) =>
        new()
        {
            Name = name,
            Address = address,
            ConsensusAddress = Address.Parse("0x" + new string('c', 40)),
            InputBoxAddress = Address.Parse("0x" + new string('b', 40)),
            InputBoxBlock = 1,
            DeploymentBlock = 1,
            TemplateHash = default,
            TemplateUri = "echo:",
            EpochLength = 10,
            ConsensusType = kind,
        };
}
