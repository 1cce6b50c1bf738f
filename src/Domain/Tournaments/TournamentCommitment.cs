namespace Rollups.Domain;

/// <summary>A commitment that joined a tournament (CommitmentJoined). Key: (application, tournament, commitment).</summary>
public sealed class TournamentCommitment
{
    /// <summary>Application of the tournament.</summary>
    public int ApplicationId { get; set; }

    /// <summary>The tournament contract.</summary>
    public Address TournamentAddress { get; set; }

    /// <summary>Root of the commitment tree.</summary>
    public Hash32 Commitment { get; set; }

    /// <summary>Its last leaf.</summary>
    public Hash32 FinalStateHash { get; set; }

    /// <summary>Account that joined with it and paid the bond.</summary>
    public Address Submitter { get; set; }

    /// <summary>L1 block.</summary>
    public ulong BlockNumber { get; set; }

    /// <summary>Its hash when the commitment was read.</summary>
    public Hash32 BlockHash { get; set; }

    /// <summary>L1 transaction.</summary>
    public Hash32 TransactionHash { get; set; }
}
