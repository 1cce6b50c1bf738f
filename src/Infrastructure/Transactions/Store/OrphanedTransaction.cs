using Rollups.Domain;

namespace Rollups.Transactions;

/// <summary>A pending transaction that no service polls any more.</summary>
/// <param name="Transaction">The newest version.</param>
/// <param name="Application">Name of its application.</param>
/// <param name="IsWorthless">
/// True if the inputs of its result are gone from L1: it must not be mined, and another transaction uses up its nonce.
/// </param>
internal sealed record OrphanedTransaction(L1Transaction Transaction, string Application, bool IsWorthless);
