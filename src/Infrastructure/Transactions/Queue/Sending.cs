namespace Rollups.Transactions;

/// <summary>Outcome of a request.</summary>
public enum Sending
{
    /// <summary>Pending, or it could not be sent yet: a later head decides.</summary>
    Waiting,

    /// <summary>Mined at once, as on a devnet: check again.</summary>
    Mined,
}
