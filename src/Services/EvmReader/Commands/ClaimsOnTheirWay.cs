using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.EvmReader.Commands;

/// <summary>
/// Epochs about which the node has told L1 something that L1 has not decided yet: a transaction is not mined, a claim not accepted, a
/// tournament not settled.
/// </summary>
internal static class ClaimsOnTheirWay
{
    public static Task<int> CountAsync(RollupsDbContext db, int applicationId, CancellationToken cancellationToken) =>
        db.Epochs.CountAsync(
            epoch =>
                epoch.ApplicationId == applicationId
                && (
                    epoch.Status == EpochStatus.ClaimSubmitted
                    || db.Transactions.Any(row =>
                        row.ApplicationId == applicationId && row.EpochIndex == epoch.Index && row.State == TransactionState.Pending
                    )
                ),
            cancellationToken
        );
}
