using Rollups.Domain;

namespace Rollups.Claimer;

/// <summary>An application's claims in a range of blocks.</summary>
/// <param name="From">First block of the range; above <paramref name="Top"/> if no block was new.</param>
/// <param name="Top">Last block of the range.</param>
/// <param name="Submitted">Its ClaimSubmitted logs, in chain order.</param>
/// <param name="Accepted">Its ClaimAccepted logs, in chain order.</param>
internal sealed record ClaimLogs(ulong From, ulong Top, IReadOnlyList<Claim> Submitted, IReadOnlyList<Claim> Accepted)
{
    /// <summary>
    /// Whether each acceptance has the submission of its transaction: the contracts accept only within a submission. If not, the
    /// endpoint's nodes are at different blocks.
    /// </summary>
    public bool IsConsistent =>
        !Accepted.Select(claim => claim.Log.TransactionHash).Except(Submitted.Select(claim => claim.Log.TransactionHash)).Any();

    /// <summary>Those from that block on.</summary>
    public ClaimLogs Since(ulong from) =>
        new(
            from,
            Top,
            [.. Submitted.Where(claim => claim.Log.BlockNumber >= from)],
            [.. Accepted.Where(claim => claim.Log.BlockNumber >= from)]
        );
}
