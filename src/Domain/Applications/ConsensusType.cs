namespace Rollups.Domain;

/// <summary>Kind of consensus contract. Stored as the upper-case word.</summary>
public enum ConsensusType
{
    /// <summary>One owner claims; acceptance is immediate.</summary>
    Authority,

    /// <summary>A majority of a fixed set of validators claims.</summary>
    Quorum,

    /// <summary>Dave: permissionless refereed tournaments.</summary>
    Prt,
}
