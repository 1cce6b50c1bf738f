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
