using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Facts;
using Rollups.Persistence;

namespace Rollups.EvmReader.History;

/// <summary>
/// Queries L1 for the blocks of the newest stored inputs, batched over many applications, and compares their hashes.
/// </summary>
internal sealed partial class CompareHistory(IServiceScopeFactory scopes, IEthereumClient client, ILogger logger)
{
    /// <summary>
    /// For each application with inputs: whether L1 still has the history that was read. Other applications are not in the result.
    /// </summary>
    public async Task<IReadOnlyDictionary<int, HistoryStanding>> RunAsync(
        IReadOnlyCollection<ObservedApplication> applications,
        CancellationToken cancellationToken
    )
    {
        await RememberAsync(applications, cancellationToken);
        var newest = applications.Where(app => app.NewestInput is not null).ToDictionary(app => app.Id, app => app.NewestInput!.Value);
        var blocks = await HashesAsync([.. newest.Values.Select(input => input.BlockNumber).Distinct()], cancellationToken);
        return newest.ToDictionary(pair => pair.Key, pair => Standing(pair.Value, blocks.GetValueOrDefault(pair.Value.BlockNumber)));
    }

    private static HistoryStanding Standing(NewestInput input, Hash32? onChain) =>
        onChain is null ? HistoryStanding.Unknown
        : onChain == input.BlockHash ? HistoryStanding.Same
        : HistoryStanding.Replaced;

    private async Task<Dictionary<ulong, Hash32?>> HashesAsync(List<ulong> numbers, CancellationToken cancellationToken)
    {
        try
        {
            var headers = await client.GetBlocksAsync(numbers, cancellationToken);
            return numbers.Zip(headers).ToDictionary(pair => pair.First, pair => pair.Second?.Hash);
        }
        catch (EthereumRpcException exception)
        {
            LogNoBlocks(logger, numbers.Count, exception.Message);
            return [];
        }
    }

    /// <summary>One query for all applications not yet remembered in this term.</summary>
    private async Task RememberAsync(IEnumerable<ObservedApplication> applications, CancellationToken cancellationToken)
    {
        var unknown = applications
            .Where(app => app.LastInput is not null && app.NewestInput is null)
            .ToDictionary(app => app.Id, app => app.State);
        if (unknown.Count == 0)
            return;
        List<int> ids = [.. unknown.Keys];
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var rows = await (
            from app in db.Applications
            where ids.Contains(app.Id)
            from input in db.Inputs
            where
                input.ApplicationId == app.Id
                && input.Index == db.Inputs.Where(other => other.ApplicationId == app.Id).Max(other => other.Index)
            select new
            {
                app.Id,
                input.Index,
                input.BlockNumber,
                input.BlockHash,
            }
        ).ToListAsync(cancellationToken);
        foreach (var row in rows)
            unknown[row.Id].NewestInput = new NewestInput(row.Index, row.BlockNumber, row.BlockHash);
    }

    [LoggerMessage(
        11,
        LogLevel.Debug,
        "The L1 node did not return the {Count} blocks of the newest stored inputs: {Error} The node asks again at the next head."
    )]
    private static partial void LogNoBlocks(ILogger logger, int count, string error);
}
