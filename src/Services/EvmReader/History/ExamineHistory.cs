using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Inputs;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.History;

/// <summary>
/// Runs when the block of an application's newest input was replaced. Compares every input from the fork on with L1: if all are the
/// same, the rows get the hashes of the new blocks; if one was replaced or is gone, the application stops.
/// </summary>
internal sealed partial class ExamineHistory(
    IServiceScopeFactory scopes,
    IEthereumClient client,
    FindFork fork,
    IUnitOfWork unit,
    IDatabaseProvider database,
    HaltReplaced halt,
    ReaderCache memory,
    TimeProvider clock,
    ILogger<ExamineHistory> logger
)
{
    /// <summary>
    /// True if something was written. What the endpoint does not answer conclusively is examined again at the next pass.
    /// </summary>
    public async Task<bool> RunAsync(ILease reader, ObservedApplication app, BlockHeader head, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var newest = memory.NewestInput(app)!.Value;
        if (await fork.RunAsync(db, app.Id, newest, cancellationToken) is not { } found)
            return false;
        var known = await ReadAgainAsync(app, found, newest, head, cancellationToken);
        if (await LogIdentity.FindChangedLogAsync(db, app.Id, known, cancellationToken) is { } changed)
            return await halt.RunAsync(reader, app, changed, cancellationToken);
        if (Missing(found, newest, known) is { } missing)
            return await RemovedAsync(reader, app, missing, found, head, cancellationToken);
        return await MovedAsync(reader, app, found, known, cancellationToken);
    }

    /// <summary>The logs that L1 has under the indexes of the stored inputs since the fork.</summary>
    private async Task<List<InputAdded>> ReadAgainAsync(
        ObservedApplication app,
        Fork found,
        NewestInput newest,
        BlockHeader head,
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
            head.Number
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

    private async Task<bool> RemovedAsync(
        ILease reader,
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
            return false;
        }

        return await halt.RunAsync(
            reader,
            app,
            $"input {missing} is stored, but it is gone from L1: block {found.First.BlockNumber}, which was {found.First.BlockHash}, is "
                + $"another one now, and the InputBox counts {counted} inputs at block {head.Number} ({head.Hash})",
            cancellationToken
        );
    }

    /// <summary>The same inputs in other blocks: no result computed from them is wrong.</summary>
    private async Task<bool> MovedAsync(
        ILease reader,
        ObservedApplication app,
        Fork found,
        List<InputAdded> known,
        CancellationToken cancellationToken
    )
    {
        var written = await unit.ExecuteAsync(
            async (scope, token) =>
            {
                if (!await database.LockApplicationAsync(scope.Db, app.Id, reader, token))
                    return false;
                var now = clock.GetUtcNow();
                foreach (var block in known.GroupBy(input => (input.Log.BlockNumber, input.Log.BlockHash)))
                {
                    var (first, last) = (block.First().Index, block.Last().Index);
                    await scope
                        .Db.Inputs.Where(input => input.ApplicationId == app.Id && input.Index >= first && input.Index <= last)
                        .ExecuteUpdateAsync(
                            set =>
                                set.SetProperty(input => input.BlockHash, block.Key.BlockHash).SetProperty(input => input.UpdatedAt, now),
                            token
                        );
                }

                return true;
            },
            cancellationToken
        );
        if (!written)
            return false;
        var newest = known[^1];
        memory.RememberNewestInput(app.Id, new NewestInput(newest.Index, newest.Log.BlockNumber, newest.Log.BlockHash));
        LogMoved(logger, app.Name, app.Address, found.First.BlockNumber, found.First.Index, newest.Index);
        return true;
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Application {Name} ({Application}): L1 was reorganised at or before block {Block}, but inputs {First} to {Last} are the same in "
            + "the new blocks. The application goes on."
    )]
    private static partial void LogMoved(ILogger logger, string name, Address application, ulong block, ulong first, ulong last);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "Application {Name} ({Application}): the L1 node gave no log of the stored input {Missing} though the InputBox counts {Counted} "
            + "inputs at block {Block}. Nothing is read for it until the node gives both; the next head asks again."
    )]
    private static partial void LogHidden(ILogger logger, string name, Address application, ulong missing, ulong block, ulong counted);
}
