using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Facts;
using Rollups.EvmReader.Head;
using Rollups.Persistence;

namespace Rollups.EvmReader.History;

/// <summary>
/// Runs when the block of an application's newest input was replaced. Compares every input from the fork on with L1: if all are the
/// same, they only moved to new blocks; if one was replaced or is gone, the application's history is replaced.
/// </summary>
internal sealed partial class ExamineHistory(IServiceScopeFactory scopes, IEthereumClient client, ILogger logger)
{
    private readonly FindFork _fork = new(client);

    /// <summary>
    /// What became of the stored inputs, or null: what the endpoint does not answer conclusively is examined again at the next pass.
    /// </summary>
    public async Task<HistoryChange?> RunAsync(ObservedHead head, ObservedApplication app, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var newest = app.NewestInput!.Value;
        if (await _fork.RunAsync(db, app.Id, newest, cancellationToken) is not { } found)
            return null;
        var known = await ReadAgainAsync(app, found, newest, head.Block, cancellationToken);
        if (await LogIdentity.FindChangedLogAsync(db, app.Id, known, cancellationToken) is { } changed)
            return new ReplacedHistory(app, changed);
        if (Missing(found, newest, known) is { } missing)
            return await RemovedAsync(app, missing, found, head.Header, cancellationToken);
        var blocks = known
            .GroupBy(input => (input.Log.BlockNumber, input.Log.BlockHash))
            .Select(block => new MovedBlock(block.First().Index, block.Last().Index, block.Key.BlockNumber, block.Key.BlockHash));
        return new MovedInputs(app, found.First.BlockNumber, [.. blocks]);
    }

    /// <summary>The logs that L1 has under the indexes of the stored inputs since the fork.</summary>
    private async Task<List<InputAdded>> ReadAgainAsync(
        ObservedApplication app,
        Fork found,
        NewestInput newest,
        ulong head,
        CancellationToken cancellationToken
    )
    {
        var from = found.Same?.BlockNumber ?? app.InputBoxBlock;
        var filter = new LogFilter(
            [app.InputBox],
            [
                [InputBoxContract.InputAddedTopic],
                [InputBoxContract.ApplicationTopic(app.Address)],
            ],
            from,
            head
        );
        return
        [
            .. (await client.GetLogsAsync(filter, cancellationToken))
                .Select(InputBoxContract.DecodeInputAdded)
                .Where(input => input.Index >= found.First.Index && input.Index <= newest.Index)
                .OrderBy(input => input.Index),
        ];
    }

    private static ulong? Missing(Fork found, NewestInput newest, List<InputAdded> known)
    {
        for (var (i, index) = (0, found.First.Index); index <= newest.Index; i++, index++)
        {
            if (i >= known.Count || known[i].Index != index)
                return index;
        }

        return null;
    }

    private async Task<ReplacedHistory?> RemovedAsync(
        ObservedApplication app,
        ulong missing,
        Fork found,
        BlockHeader head,
        CancellationToken cancellationToken
    )
    {
        // The counter at exactly this head, so that logs the endpoint does not return are not mistaken for inputs that are gone.
        var counted = new AbiReader(
            await client.CallAsync(InputBoxContract.GetNumberOfInputs(app.InputBox, app.Address), BlockTag.Of(head), cancellationToken)
        ).Number(0, "number of inputs");
        if (counted > missing)
        {
            LogHidden(logger, app.Name, app.Address, missing, head.Number, counted);
            return null;
        }

        return new ReplacedHistory(
            app,
            $"input {missing} is stored, but it is gone from L1: block {found.First.BlockNumber}, which was {found.First.BlockHash}, is "
                + $"another one now, and the InputBox counts {counted} inputs at block {head.Number} ({head.Hash})"
        );
    }

    [LoggerMessage(
        12,
        LogLevel.Warning,
        "Application {Name} ({Application}): the L1 node gave no log of the stored input {Missing} though the InputBox counts {Counted} "
            + "inputs at block {Block}. The node reads nothing for it until it has both, and asks again at the next head."
    )]
    private static partial void LogHidden(ILogger logger, string name, Address application, ulong missing, ulong block, ulong counted);
}
