using System.Numerics;
using Rollups.Domain;

namespace Rollups.Transactions;

/// <summary>A transaction that a service requests for an epoch.</summary>
/// <param name="Application">The application, enabled.</param>
/// <param name="Epoch">The epoch, as loaded.</param>
/// <param name="Kind">Its purpose; an epoch has one pending transaction at a time.</param>
/// <param name="To">Contract.</param>
/// <param name="Data">Call data.</param>
public sealed record TransactionRequest(Application Application, Epoch Epoch, TransactionKind Kind, Address To, byte[] Data)
{
    /// <summary>Wei sent with it.</summary>
    public BigInteger Value { get; init; }
}
