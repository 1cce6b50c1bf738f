using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>
/// The inputs of one turn in order, read in pages: the database reads the next page while the machine runs the one before, and two pages
/// are in memory at most. Call it from one place at a time, and leave the context to it until <see cref="EndAsync"/>.
/// </summary>
/// <param name="db">Context of the turn.</param>
/// <param name="applicationId">The application.</param>
/// <param name="next">Index of the first input to read.</param>
/// <param name="limit">Maximum number of inputs of the turn.</param>
/// <param name="size">Number of inputs per page.</param>
/// <param name="cancellationToken">Ends the reading.</param>
internal sealed class InputPages(
    RollupsDbContext db,
    int applicationId,
    ulong next,
    int limit,
    int size,
    CancellationToken cancellationToken
)
{
    private List<Input> _page = [];
    private int _position;
    private int _left = limit;
    private bool _isAtEnd;
    private Task<List<Input>>? _reading;

    /// <summary>Whether as many inputs as a turn may have were stored, so that more may be.</summary>
    public bool AreFull => _left == 0;

    /// <summary>The next input, which stays the next one until <see cref="Take"/>; null if there is none.</summary>
    public async ValueTask<Input?> PeekAsync()
    {
        if (_position == _page.Count && !_isAtEnd)
        {
            _page = await (_reading ?? ReadAsync());
            (_position, _reading) = (0, null);
            next += (ulong)_page.Count;
            _left -= _page.Count;
            _isAtEnd = _page.Count < size || _left == 0;
            if (!_isAtEnd)
                _reading = ReadAsync();
        }

        return _position < _page.Count ? _page[_position] : null;
    }

    /// <summary>Goes on behind the input that <see cref="PeekAsync"/> gave.</summary>
    public void Take() => _position++;

    /// <summary>Waits until no statement is under way, whatever its end.</summary>
    public async Task EndAsync()
    {
        if (_reading is not null)
            await ((Task)_reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task<List<Input>> ReadAsync()
    {
        var (first, rows) = (next, Math.Min(size, _left));
        return db
            .Inputs.AsNoTracking()
            .Where(input => input.ApplicationId == applicationId && input.Index >= first)
            .OrderBy(input => input.Index)
            .Take(rows)
            .ToListAsync(cancellationToken);
    }
}
