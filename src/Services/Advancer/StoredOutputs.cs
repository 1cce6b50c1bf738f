using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>
/// The stored outputs of an application, read in order while its inputs are replayed; few are in memory at a time. Their number is compared
/// at the end of the replay.
/// </summary>
/// <param name="db">Context of the replay.</param>
/// <param name="applicationId">The application.</param>
/// <param name="next">Index of the first output to read.</param>
internal sealed class StoredOutputs(RollupsDbContext db, int applicationId, ulong next)
{
    // An output can have 2 MiB.
    private const int RowsPerPage = 100;

    private readonly Queue<Row> _read = [];
    private bool _isAtEnd;

    /// <summary>
    /// The first difference between an input's outputs and the stored ones, as far as there are both; null if there is none.
    /// </summary>
    public async Task<string?> DifferenceAsync(ulong input, IReadOnlyList<byte[]> outputs, CancellationToken cancellationToken)
    {
        for (var i = 0; await PeekAsync(cancellationToken) is { } row && row.InputIndex <= input; i++)
        {
            _read.Dequeue();
            if (i < outputs.Count && !row.RawData.AsSpan().SequenceEqual(outputs[i]))
                return $"{Hex.Clip(Hex.Encode(outputs[i]))} as output {row.Index}, but {Hex.Clip(Hex.Encode(row.RawData))} is stored";
        }

        return null;
    }

    private async Task<Row?> PeekAsync(CancellationToken cancellationToken)
    {
        if (_read.Count == 0 && !_isAtEnd)
        {
            var page = await db
                .Outputs.AsNoTracking()
                .Where(row => row.ApplicationId == applicationId && row.Index >= next)
                .OrderBy(row => row.Index)
                .Take(RowsPerPage)
                .Select(row => new Row(row.Index, row.InputIndex, row.RawData))
                .ToListAsync(cancellationToken);
            foreach (var row in page)
                _read.Enqueue(row);
            next += (ulong)page.Count;
            _isAtEnd = page.Count < RowsPerPage;
        }

        return _read.TryPeek(out var first) ? first : null;
    }

    private sealed record Row(ulong Index, ulong InputIndex, byte[] RawData);
}
