namespace Rollups.Cli.Deploy;

/// <summary><c>rollups deploy</c>: contracts on a chain, by the factories of @cartesi/rollups 2.2.0.</summary>
internal static class DeployCommand
{
    public static Verb Create() =>
        new("deploy", "Deploys contracts with the factories of @cartesi/rollups 2.2.0. Deploying again changes nothing.")
        {
            ApplicationVerb.Create(),
            AuthorityVerb.Create(),
            QuorumVerb.Create(),
            EchoVerb.Create(),
        };
}
