namespace Rollups.Domain;

/// <summary>
/// Two contradicting commitments (MatchCreated) and the result of their match (MatchDeleted). Key: (application, tournament, id hash).
/// </summary>
public sealed class TournamentMatch
{
    /// <summary>Application of the match.</summary>
    public int ApplicationId { get; set; }

    /// <summary>The tournament contract.</summary>
    public Address TournamentAddress { get; set; }

    /// <summary>keccak256(one ++ two).</summary>
    public Hash32 IdHash { get; set; }

    /// <summary>Commitment that was waiting.</summary>
    public Hash32 CommitmentOne { get; set; }

    /// <summary>Commitment that was paired with it.</summary>
    public Hash32 CommitmentTwo { get; set; }

    /// <summary>Left child of <see cref="CommitmentTwo"/>.</summary>
    public Hash32 LeftOfTwo { get; set; }

    /// <summary>L1 block of MatchCreated.</summary>
    public ulong BlockNumber { get; set; }

    /// <summary>L1 transaction of MatchCreated.</summary>
    public Hash32 TransactionHash { get; set; }

    /// <summary>Why it ended.</summary>
    public MatchDeletion Deletion { get; set; }

    /// <summary>Winner; <see cref="MatchWinner.None"/> while the match is running.</summary>
    public MatchWinner Winner { get; set; }

    /// <summary>L1 block of MatchDeleted.</summary>
    public ulong? DeletionBlockNumber { get; set; }

    /// <summary>L1 transaction of MatchDeleted.</summary>
    public Hash32? DeletionTransactionHash { get; set; }
}
