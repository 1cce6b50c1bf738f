using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Inputs;

/// <summary>The newest stored input is another one on L1 now: history was replaced under it.</summary>
internal sealed class ReportChangedInput(IUnitOfWork unit, IDatabaseProvider database, HaltApplication halt)
{
    public Task<bool> ExecuteAsync(ObservedApplication app, Hash32 stored, Hash32 observed, CancellationToken cancellationToken) =>
        unit.ExecuteAsync(
            async (scope, token) =>
            {
                var exists = await database.LockApplicationAsync(scope.Db, app.Id, token);
                if (exists)
                    await halt.ExecuteAsync(
                        scope, app.Id, app.Name, app.Address, InoperableKind.Corrupted,
                        $"input {app.LastInput} is stored with hash {stored}, but on L1 it has {observed}. Was L1 reorganised, or the endpoint or the database exchanged? Nothing is run or claimed for it any more; to read it afresh, begin with an empty database.",
                        token);
                return exists;
            },
            cancellationToken);
}
