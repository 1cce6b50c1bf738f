namespace Rollups.Domain;

/// <summary>Winner of a match. Stored in upper case.</summary>
public enum MatchWinner
{
    /// <summary>No winner, or none yet.</summary>
    None,

    /// <summary>The commitment that was waiting.</summary>
    One,

    /// <summary>The commitment that was paired with it.</summary>
    Two,
}
