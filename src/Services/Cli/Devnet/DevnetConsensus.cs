namespace Rollups.Cli.Devnet;

/// <summary>The consensus contracts that the demo supports.</summary>
internal enum DevnetConsensus
{
    /// <summary>One owner claims.</summary>
    Authority,

    /// <summary>Two of three validators must vote for the same claim.</summary>
    Quorum,

    /// <summary>Any account that joins a tournament and is not refuted.</summary>
    Prt,
}
