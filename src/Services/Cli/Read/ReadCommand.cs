namespace Rollups.Cli.Read;

/// <summary><c>rollups read</c>: what the node has stored, from its database. Needs no key and no broker.</summary>
internal static class ReadCommand
{
    public static Verb Create() =>
        new("read", "Reads what the node has stored, from its database.")
        {
            ReadEpochs.Create(),
            ReadEpoch.Create(),
            ReadInputs.Create(),
            ReadOutputs.Create(),
            ReadReports.Create(),
            ReadTournaments.Create(),
            ReadCommitments.Create(),
            ReadMatches.Create(),
            ReadTransactions.Create(),
        };
}
