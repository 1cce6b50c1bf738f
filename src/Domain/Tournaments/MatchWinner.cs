namespace Rollups.Domain;

/// <summary>Who won a match. Stored as the upper-case word.</summary>
public enum MatchWinner
{
    /// <summary>Nobody, or nobody yet.</summary>
    None,

    /// <summary>The commitment that waited.</summary>
    One,

    /// <summary>The commitment that met it.</summary>
    Two,
}
