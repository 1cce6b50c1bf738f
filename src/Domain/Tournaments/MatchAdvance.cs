namespace Rollups.Domain;

/// <summary>A bisection step of a match (MatchAdvanced). Key: (application, tournament, match id hash, other parent).</summary>
public sealed class MatchAdvance
{
    /// <summary>Application of the match.</summary>
    public int ApplicationId { get; set; }

    /// <summary>The tournament contract.</summary>
    public Address TournamentAddress { get; set; }

    /// <summary>Match.</summary>
    public Hash32 MatchIdHash { get; set; }

    /// <summary>Node of the other side that is now disputed.</summary>
    public Hash32 OtherParent { get; set; }

    /// <summary>Left child of the previously disputed node.</summary>
    public Hash32 LeftNode { get; set; }

    /// <summary>L1 block.</summary>
    public ulong BlockNumber { get; set; }

    /// <summary>L1 transaction.</summary>
    public Hash32 TransactionHash { get; set; }
}
