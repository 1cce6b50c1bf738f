namespace Rollups.Domain;

/// <summary>Why a match ended. Stored as the upper-case word with underscores.</summary>
public enum MatchDeletion
{
    /// <summary>It goes on.</summary>
    NotDeleted,

    /// <summary>By a state transition on chain.</summary>
    Step,

    /// <summary>A clock ran out.</summary>
    Timeout,

    /// <summary>By the tournament below it.</summary>
    ChildTournament,
}
