namespace Rollups.Claimer;

/// <summary>Outcome of a submission.</summary>
internal enum Submission
{
    /// <summary>A later head decides.</summary>
    Waiting,

    /// <summary>Our transaction was mined at once, as on a devnet: check again.</summary>
    Mined,

    /// <summary>The chain has a claim that the search did not find.</summary>
    SearchAgain,
}
