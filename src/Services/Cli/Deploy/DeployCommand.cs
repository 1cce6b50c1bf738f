namespace Rollups.Cli.Deploy;

/// <summary><c>rollups deploy</c>: contracts on a chain, by the factories of @cartesi/rollups 2.2.0 and of Dave 2.1.</summary>
internal static class DeployCommand
{
    public static Verb Create() =>
        new("deploy", "Deploys contracts with the factories of @cartesi/rollups 2.2.0 and of Dave 2.1. Deploying again changes nothing.")
        {
            ApplicationVerb.Create(),
            AuthorityVerb.Create(),
            QuorumVerb.Create(),
            PrtVerb.Create(),
            EchoVerb.Create(),
        };
}
