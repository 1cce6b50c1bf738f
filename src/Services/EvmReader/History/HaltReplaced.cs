using Rollups.EvmReader.Inputs;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.History;

/// <summary>Stops an application whose stored history is gone from L1, and ignores it for the rest of the reader's term.</summary>
internal sealed class HaltReplaced(IUnitOfWork unit, IDatabaseProvider database, HaltApplication halt, ReaderCache memory)
{
    /// <summary>False if this replica is no longer the reader.</summary>
    public async Task<bool> RunAsync(ILease reader, ObservedApplication app, string what, CancellationToken cancellationToken)
    {
        var halted = await unit.ExecuteAsync(
            async (scope, token) =>
            {
                if (!await database.LockApplicationAsync(scope.Db, app.Id, reader, token))
                    return false;
                await halt.ForContradictionAsync(scope, app.Id, app.Name, app.Address, what, token);
                return true;
            },
            cancellationToken
        );
        if (halted)
            memory.RememberReplaced(app.Id);
        return halted;
    }
}
