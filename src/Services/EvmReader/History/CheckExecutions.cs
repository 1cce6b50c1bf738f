using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Facts;
using Rollups.EvmReader.Head;
using Rollups.Persistence;

namespace Rollups.EvmReader.History;

/// <summary>
/// An executed output is provisional until its block is final. Checks whether L1 still has those blocks: one query per pass over the
/// few watched rows. Where blocks are final, nothing new is watched: rows left by an earlier, looser tag are watched until there are none.
/// </summary>
internal sealed class CheckExecutions(IServiceScopeFactory scopes, IEthereumClient client, ChainPolicy chain, ILogger logger)
{
    private readonly BlockEvidence _evidence = new(client, logger);

    // Term of the lease in which no watched row was left; another reader may leave some.
    private long? _doneIn;

    /// <summary>Whether there can be anything to check.</summary>
    public bool IsDue(ObservedHead head) => !chain.IsFinal || _doneIn != head.Lease.Term;

    /// <summary>
    /// The reverted executions of each application, and the blocks that are final now; null if the endpoint's nodes are at different
    /// heights and nothing is proven.
    /// </summary>
    public async Task<(IReadOnlyList<RevertedExecutions> Reverted, IReadOnlySet<ReadBlock> Final)?> RunAsync(
        ObservedHead head,
        IReadOnlyList<ObservedApplication> applications,
        CancellationToken cancellationToken
    )
    {
        var watched = await LoadAsync(cancellationToken);
        _doneIn = chain.IsFinal && watched.Count == 0 ? head.Lease.Term : null;
        if (watched.Count == 0)
            return ([], new HashSet<ReadBlock>());
        if (
            await _evidence.AskAsync(head.Header, [.. watched.Select(output => output.Block).Distinct()], cancellationToken)
            is not { } standing
        )
            return null;
        var states = applications.ToDictionary(app => app.Id, app => app.State);
        return (
            [
                .. watched
                    .Where(output => standing.Gone.Contains(output.Block))
                    .GroupBy(output => (output.ApplicationId, output.Application))
                    .Select(outputs => Reverted(outputs.Key, [.. outputs], standing.FinalNumber, states)),
            ],
            standing.Final
        );
    }

    private static RevertedExecutions Reverted(
        (int Id, string Name) app,
        List<WatchedOutput> outputs,
        ulong final,
        Dictionary<int, ReadingState> states
    )
    {
        var lowest = outputs.Min(output => output.Block.Number);
        return new RevertedExecutions(
            app.Id,
            app.Name,
            states.GetValueOrDefault(app.Id),
            [.. outputs.Select(output => output.Block.Hash).Distinct()],
            lowest,
            // In the new blocks the execution can be anywhere after the last final one.
            Math.Min(final, lowest - 1)
        );
    }

    private async Task<List<WatchedOutput>> LoadAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        return await db
            .Outputs.Where(output => output.IsProvisional)
            .Join(
                db.Applications,
                output => output.ApplicationId,
                app => app.Id,
                (output, app) =>
                    new WatchedOutput(
                        output.ApplicationId,
                        app.Name,
                        new ReadBlock(output.ExecutionBlockNumber!.Value, output.ExecutionBlockHash!.Value)
                    )
            )
            .ToListAsync(cancellationToken);
    }

    private sealed record WatchedOutput(int ApplicationId, string Application, ReadBlock Block);
}
