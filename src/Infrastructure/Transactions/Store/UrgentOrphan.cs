using Rollups.Domain;

namespace Rollups.Transactions;

/// <summary>A pending transaction that no service polls any more and that must not wait for the account's next one.</summary>
/// <param name="Transaction">Hash of the newest version.</param>
/// <param name="IsToBeCancelled">Whether it must not be mined; otherwise it only has to come to its end.</param>
internal sealed record UrgentOrphan(Hash32 Transaction, bool IsToBeCancelled);
