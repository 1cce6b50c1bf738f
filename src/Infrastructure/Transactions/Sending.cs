namespace Rollups.Transactions;

/// <summary>What became of a request.</summary>
public enum Sending
{
    /// <summary>It is on its way, or could not go yet: a later head decides.</summary>
    Waiting,

    /// <summary>It was mined at once, as on a devnet: look again.</summary>
    Mined,
}
