namespace Rollups.Claimer;

/// <summary>How a submission went.</summary>
internal enum Submission
{
    /// <summary>A later head decides.</summary>
    Waiting,

    /// <summary>A transaction of ours was mined at once, as on a devnet: look again.</summary>
    Mined,

    /// <summary>The chain has a claim that the search has not shown.</summary>
    SearchAgain,
}
