using Rollups.Domain;

namespace Rollups.Claimer;

/// <summary>One application's claims that were found on the chain and are not judged yet. Used by one run at a time.</summary>
/// <param name="searchedTo">Every block up to and including this one was searched; 0 = not begun.</param>
internal sealed class FoundClaims(ulong searchedTo)
{
    private readonly List<Claim> _submitted = [];
    private readonly List<Claim> _accepted = [];

    /// <summary>Every block up to and including this one was searched.</summary>
    public ulong SearchedTo { get; private set; } = searchedTo;

    /// <summary>ClaimSubmitted logs, in chain order.</summary>
    public IReadOnlyList<Claim> Submitted => _submitted;

    /// <summary>ClaimAccepted logs, in chain order.</summary>
    public IReadOnlyList<Claim> Accepted => _accepted;

    /// <summary>
    /// Replaces the earlier findings from block <paramref name="from"/> on with the current ones: a block that is not final may be
    /// replaced.
    /// </summary>
    public void Replace(ulong from, ulong to, IEnumerable<Claim> submitted, IEnumerable<Claim> accepted)
    {
        _submitted.RemoveAll(claim => claim.Log.BlockNumber >= from);
        _submitted.AddRange(submitted);
        _accepted.RemoveAll(claim => claim.Log.BlockNumber >= from);
        _accepted.AddRange(accepted);
        SearchedTo = to;
    }

    /// <summary>Drops the claims of epochs that end at or before that block: they are judged.</summary>
    public void Judged(ulong lastBlock)
    {
        _submitted.RemoveAll(claim => claim.LastBlock <= lastBlock);
        _accepted.RemoveAll(claim => claim.LastBlock <= lastBlock);
    }

    /// <summary>
    /// The block up to which nothing must be read again, once the claims of epochs that end at or before <paramref name="lastBlock"/> are
    /// judged.
    /// </summary>
    public ulong CursorAfter(ulong lastBlock)
    {
        var cursor = SearchedTo;
        foreach (var claim in _submitted.Concat(_accepted).Where(claim => claim.LastBlock > lastBlock))
            cursor = Math.Min(cursor, claim.Log.BlockNumber - 1);
        return cursor;
    }
}
