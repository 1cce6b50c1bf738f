namespace Rollups.Domain;

/// <summary>A bisection step of a match (MatchAdvanced). Key: (application, tournament, match id hash, other parent).</summary>
public sealed class MatchAdvance
{
    /// <summary>Owner.</summary>
    public int ApplicationId { get; set; }

    /// <summary>The tournament contract.</summary>
    public Address TournamentAddress { get; set; }

    /// <summary>Match.</summary>
    public Hash32 MatchIdHash { get; set; }

    /// <summary>Node of the other side that is disputed now.</summary>
    public Hash32 OtherParent { get; set; }

    /// <summary>Left child of the node that was disputed before.</summary>
    public Hash32 LeftNode { get; set; }

    /// <summary>L1 block.</summary>
    public ulong BlockNumber { get; set; }

    /// <summary>L1 transaction.</summary>
    public Hash32 TransactionHash { get; set; }
}
