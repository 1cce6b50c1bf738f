using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>
/// Moves a closed epoch to INPUTS_PROCESSED once the machine has processed all its inputs, with the proof of the machine's state.
/// </summary>
internal sealed class FinishEpochs(IUnitOfWork unit, IDatabaseProvider database, TimeProvider clock)
{
    /// <summary>
    /// False if the rows changed since they were read: another replica moved the epoch, or the application was stopped meanwhile.
    /// </summary>
    /// <exception cref="MachineException">The machine's proof is invalid.</exception>
    public async Task<bool> RunAsync(Application application, Epoch epoch, ResidentMachine resident, CancellationToken cancellationToken)
    {
        using var span = EpochTrace.Continue("machine.prove_state", application, epoch);
        var proof = await resident.Machine.ProveStateAsync(cancellationToken);
        if (StateProofs.Fault(proof) is { } fault)
            throw new MachineException($"The state proof after epoch {epoch.Index} of '{application.Name}' is invalid: {fault}.");
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
                return await scope.Transitions.CompleteInputsAsync(application, epoch, Stored(proof), clock.GetUtcNow(), token);
            },
            cancellationToken
        );
    }

    private static ProvenState Stored(StateProof proof) =>
        new(
            proof.MachineHash,
            proof.OutputsMerkleRoot,
            Siblings.ToBytes(proof.OutputsMerkleProof),
            proof.IflagsYBlock,
            Siblings.ToBytes(proof.IflagsYProof),
            proof.TohostBlock,
            Siblings.ToBytes(proof.TohostProof)
        );
}
