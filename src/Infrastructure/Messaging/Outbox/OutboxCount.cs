using Microsoft.EntityFrameworkCore;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>
/// How many messages wait in the outbox. Every row has to be looked at, so the more there are, the less often they are counted: a hundredth
/// of the time at most.
/// </summary>
internal sealed class OutboxCount(TimeProvider clock)
{
    private const int Rest = 100;

    private long _last;
    private long _countedAt;
    private TimeSpan _rest = TimeSpan.Zero;

    /// <summary>The number, as of now or of the last count.</summary>
    public async Task<long> ReadAsync(RollupsDbContext db, bool isEmpty, CancellationToken cancellationToken)
    {
        if (isEmpty)
            return _last = 0;
        // What was empty is counted at once: the first that wait are few.
        if (_last > 0 && clock.GetElapsedTime(_countedAt) < _rest)
            return _last;
        var began = clock.GetTimestamp();
        _last = await db.Outbox.LongCountAsync(cancellationToken);
        _countedAt = clock.GetTimestamp();
        _rest = Rest * clock.GetElapsedTime(began);
        return _last;
    }
}
