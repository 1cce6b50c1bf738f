namespace Rollups.Domain;

/// <summary>Why a match ended. Stored in upper case with underscores.</summary>
public enum MatchDeletion
{
    /// <summary>The match is running.</summary>
    NotDeleted,

    /// <summary>By a state transition on chain.</summary>
    Step,

    /// <summary>A clock ran out.</summary>
    Timeout,

    /// <summary>Decided by a lower tournament.</summary>
    ChildTournament,
}
