using Microsoft.EntityFrameworkCore;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>
/// Number of messages that wait in the outbox. Counting reads every row, so the more there are, the less often they are counted: counting
/// takes at most a hundredth of the time.
/// </summary>
internal sealed class OutboxCount(TimeProvider clock)
{
    private const int PauseFactor = 100;

    private long _last;
    private long _countedAt;
    private TimeSpan _pause = TimeSpan.Zero;

    /// <summary>The number, now or at the last count.</summary>
    public async Task<long> ReadAsync(RollupsDbContext db, bool isEmpty, CancellationToken cancellationToken)
    {
        if (isEmpty)
            return _last = 0;
        // An outbox that was empty is counted at once, because its first rows are few.
        if (_last > 0 && clock.GetElapsedTime(_countedAt) < _pause)
            return _last;
        var began = clock.GetTimestamp();
        _last = await db.Outbox.LongCountAsync(cancellationToken);
        _countedAt = clock.GetTimestamp();
        _pause = PauseFactor * clock.GetElapsedTime(began);
        return _last;
    }
}
