namespace Rollups.Domain;

/// <summary>
/// A tournament that decides an epoch of a PRT application, or a match of a higher tournament. Key: (application, address).
/// </summary>
public sealed class Tournament
{
    /// <summary>Application of the tournament.</summary>
    public int ApplicationId { get; set; }

    /// <summary>Epoch of the tournament.</summary>
    public ulong EpochIndex { get; set; }

    /// <summary>The tournament contract.</summary>
    public Address Address { get; set; }

    /// <summary>Tournament with the match that this one decides; null for the root.</summary>
    public Address? ParentAddress { get; set; }

    /// <summary>That match; null for the root.</summary>
    public Hash32? ParentMatchIdHash { get; set; }

    /// <summary>Number of levels.</summary>
    public ulong MaxLevel { get; set; }

    /// <summary>Level, 0 for the root.</summary>
    public ulong Level { get; set; }

    /// <summary>Micro-steps between two leaves, as a power of two.</summary>
    public ulong Log2Step { get; set; }

    /// <summary>Height of its commitment trees.</summary>
    public ulong Height { get; set; }

    /// <summary>Block at which it opened.</summary>
    public ulong StartBlock { get; set; }

    /// <summary>Number of blocks for which it accepts commitments.</summary>
    public ulong Allowance { get; set; }

    /// <summary>Block at which it was decided; null while undecided.</summary>
    public ulong? FinishedAtBlock { get; set; }

    /// <summary>Commitment that won; null while undecided, and if none won.</summary>
    public Hash32? WinnerCommitment { get; set; }

    /// <summary>Final machine root of the winner.</summary>
    public Hash32? FinalStateHash { get; set; }

    /// <summary>Last block, inclusive, up to which its events have been read.</summary>
    public ulong SearchedToBlock { get; set; }
}
