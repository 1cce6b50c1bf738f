using Rollups.Domain;

namespace Rollups.Transactions;

/// <summary>A pending transaction that no service polls any more.</summary>
/// <param name="Transaction">The newest version.</param>
/// <param name="Application">Name of its application.</param>
/// <param name="Worthless">
/// Why its application stopped as CORRUPTED, which makes its result worthless: it must not be mined, and another transaction uses up its
/// nonce. Null where it may be mined.
/// </param>
internal sealed record OrphanedTransaction(L1Transaction Transaction, string Application, string? Worthless);
