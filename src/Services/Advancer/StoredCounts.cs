using Microsoft.EntityFrameworkCore;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>Number of outputs and of reports of an application's first inputs: the indexes of the next ones.</summary>
internal readonly record struct StoredCounts(ulong Outputs, ulong Reports)
{
    /// <summary>Those of the inputs before <paramref name="input"/>, by one search in an index each: indexes have no gaps.</summary>
    public static async Task<StoredCounts> BeforeAsync(
        RollupsDbContext db,
        int applicationId,
        ulong input,
        CancellationToken cancellationToken
    )
    {
        var output = await db
            .Outputs.Where(row => row.ApplicationId == applicationId && row.InputIndex < input)
            .OrderByDescending(row => row.InputIndex)
            .ThenByDescending(row => row.Index)
            .Select(row => (ulong?)row.Index)
            .FirstOrDefaultAsync(cancellationToken);
        var report = await db
            .Reports.Where(row => row.ApplicationId == applicationId && row.InputIndex < input)
            .OrderByDescending(row => row.InputIndex)
            .ThenByDescending(row => row.Index)
            .Select(row => (ulong?)row.Index)
            .FirstOrDefaultAsync(cancellationToken);
        return new StoredCounts(output is { } lastOutput ? lastOutput + 1 : 0, report is { } lastReport ? lastReport + 1 : 0);
    }
}
