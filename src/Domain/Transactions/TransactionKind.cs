namespace Rollups.Domain;

/// <summary>Purpose of a transaction. Stored in upper case with underscores.</summary>
public enum TransactionKind
{
    /// <summary>submitClaim of an Authority or a Quorum.</summary>
    SubmitClaim,

    /// <summary>joinTournament of an epoch's root tournament, with its bond.</summary>
    JoinTournament,

    /// <summary>settle of the epoch's tournament.</summary>
    Settle,

    /// <summary>winMatchByTimeout of a match of our commitment.</summary>
    WinMatchByTimeout,

    /// <summary>
    /// eliminateMatchByTimeout of any match in which both clocks ran out, or eliminateInnerTournament of any whose inner tournament can
    /// decide it no more.
    /// </summary>
    EliminateMatch,

    /// <summary>tryRecoveringBond of a tournament that we won.</summary>
    RecoverBond,
}
