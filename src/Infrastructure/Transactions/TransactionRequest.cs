using System.Numerics;
using Rollups.Domain;

namespace Rollups.Transactions;

/// <summary>A transaction that a service wants for an epoch.</summary>
/// <param name="Application">The application, enabled.</param>
/// <param name="Epoch">The epoch, as loaded.</param>
/// <param name="Kind">What it is for; one of an epoch's transactions is on its way at a time.</param>
/// <param name="To">Contract.</param>
/// <param name="Data">Call data.</param>
public sealed record TransactionRequest(Application Application, Epoch Epoch, TransactionKind Kind, Address To, byte[] Data)
{
    /// <summary>Wei that goes along.</summary>
    public BigInteger Value { get; init; }
}

/// <summary>What became of a request.</summary>
public enum Sending
{
    /// <summary>It is on its way, or could not go yet: a later head decides.</summary>
    Waiting,

    /// <summary>It was mined at once, as on a devnet: look again.</summary>
    Mined,
}

/// <summary>How the epoch's transaction stands.</summary>
/// <param name="Standing">Where it is.</param>
/// <param name="Transaction">The transaction; null where there is none.</param>
/// <param name="Reverted">How many of its kind and epoch were mined and reverted.</param>
public sealed record FollowedTransaction(TransactionStanding Standing, L1Transaction? Transaction = null, int Reverted = 0);

/// <summary>Where an epoch's transaction is, judged at the configured block tag.</summary>
public enum TransactionStanding
{
    /// <summary>None is on its way: a new one can be sent.</summary>
    None,

    /// <summary>On its way, or it has just lost a race: a later head decides.</summary>
    Waiting,

    /// <summary>Broadcast again and mined at once.</summary>
    Mined,

    /// <summary>Mined and successful at or below the tag; it stays pending until the caller has seen its effect and confirms it.</summary>
    Succeeded,

    /// <summary>Mined and reverted so often that no further one should be sent.</summary>
    RevertedTooOften,
}
