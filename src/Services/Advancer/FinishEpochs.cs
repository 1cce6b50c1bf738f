using Microsoft.EntityFrameworkCore;
using Rollups.Contracts;
using Rollups.Ethereum;
using Rollups.Machines;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>
/// Moves a closed epoch whose inputs are all through the machine to INPUTS_PROCESSED, with the proof of the machine's state.
/// </summary>
internal sealed class FinishEpochs(IUnitOfWork unit, IDatabaseProvider database, ChainIdentity chain, TimeProvider clock)
{
    /// <summary>
    /// False when the rows are not where they were read: somebody else has moved the epoch, or the application was stopped meanwhile.
    /// </summary>
    /// <exception cref="MachineException">The machine's proof does not hold.</exception>
    public async Task<bool> RunAsync(Application application, Epoch epoch, ResidentMachine resident, CancellationToken cancellationToken)
    {
        var proof = await resident.Machine.ProveStateAsync(cancellationToken);
        if (StateProofs.Fault(proof) is { } fault)
            throw new MachineException($"The state proof after epoch {epoch.Index} of '{application.Name}' does not hold: {fault}.");
        return await unit.ExecuteAsync(
            async (scope, token) =>
            {
                if (
                    resident.Lost.IsCancellationRequested
                    || !await database.LockApplicationAsync(scope.Db, application.Id, resident.Lease, token)
                )
                    return false;
                if (!await scope.Db.Applications.AnyAsync(app => app.Id == application.Id && app.State == ApplicationState.Enabled, token))
                    return false;
                var now = clock.GetUtcNow();
                var moved = await scope.Db.MoveEpochAsync(
                    application.Id,
                    epoch.Index,
                    EpochStatus.Closed,
                    EpochStatus.InputsProcessed,
                    now,
                    set =>
                        set.SetProperty(row => row.MachineHash, proof.MachineHash)
                            .SetProperty(row => row.OutputsMerkleRoot, proof.OutputsMerkleRoot)
                            .SetProperty(row => row.OutputsMerkleProof, Siblings.ToBytes(proof.OutputsMerkleProof))
                            .SetProperty(row => row.IflagsYBlock, proof.IflagsYBlock)
                            .SetProperty(row => row.IflagsYProof, Siblings.ToBytes(proof.IflagsYProof))
                            .SetProperty(row => row.TohostBlock, proof.TohostBlock)
                            .SetProperty(row => row.TohostProof, Siblings.ToBytes(proof.TohostProof)),
                    token
                );
                if (!moved)
                    return false;
                await scope.Publish.Publish(
                    new EpochInputsProcessed
                    {
                        ChainId = chain.ChainId,
                        Application = application.Address.ToString(),
                        ApplicationName = application.Name,
                        EpochIndex = epoch.Index,
                        MachineHash = proof.MachineHash.ToString(),
                        InputIndexUpperBound = epoch.InputIndexUpperBound,
                        OccurredAt = now,
                    },
                    token
                );
                return true;
            },
            cancellationToken
        );
    }
}
