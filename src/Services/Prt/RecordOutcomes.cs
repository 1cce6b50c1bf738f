using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Prt;

/// <summary>Records an epoch's state: guarded moves and their events in one transaction.</summary>
internal sealed class RecordOutcomes(IUnitOfWork unit, IDatabaseProvider database, ChainPolicy policy, TimeProvider clock)
{
    /// <summary>CLAIM_SUBMITTED; false if it was recorded before.</summary>
    public Task<bool> SubmittedAsync(
        Application application,
        Epoch epoch,
        TournamentCommitment ours,
        CancellationToken cancellationToken
    ) =>
        InUnitAsync(
            application,
            (scope, now, token) => scope.Transitions.SubmitClaimAsync(application, epoch, Fact(ours), now, token),
            cancellationToken
        );

    /// <summary>CLAIM_ACCEPTED, through CLAIM_SUBMITTED if our commitment is known to have joined.</summary>
    public Task<bool> AcceptedAsync(
        Application application,
        Epoch epoch,
        TournamentCommitment? ours,
        CancellationToken cancellationToken
    ) =>
        InUnitAsync(
            application,
            async (scope, now, token) =>
            {
                var from = epoch.Status;
                if (
                    from == EpochStatus.ClaimCalculated
                    && ours is not null
                    && await scope.Transitions.SubmitClaimAsync(application, epoch, Fact(ours), now, token)
                )
                    from = EpochStatus.ClaimSubmitted;
                return await scope.Transitions.AcceptClaimAsync(application, epoch, from, Settlement(epoch), now, token);
            },
            cancellationToken
        );

    /// <summary>CLAIM_REJECTED and the application's stop; false, with nothing written, if the epoch has moved meanwhile.</summary>
    public Task<bool> RejectedAsync(
        Application application,
        Epoch epoch,
        Hash32? accepted,
        InoperableKind kind,
        string reason,
        CancellationToken cancellationToken
    ) =>
        InUnitAsync(
            application,
            (scope, now, token) => scope.Transitions.RejectClaimAsync(application, epoch, accepted, kind, reason, now, token),
            cancellationToken
        );

    /// <summary>Stops the application; false, with nothing written, if the epoch has moved since it was judged.</summary>
    /// <param name="application">The application.</param>
    /// <param name="epoch">The epoch of which L1 or its row shows the cause, as loaded before L1 was read.</param>
    /// <param name="kind">Kind of fault.</param>
    /// <param name="reason">What happened, and what the operator can do.</param>
    /// <param name="cancellationToken">Cancels the unit.</param>
    public Task<bool> HaltedAsync(
        Application application,
        Epoch epoch,
        InoperableKind kind,
        string reason,
        CancellationToken cancellationToken
    ) =>
        InUnitAsync(
            application,
            (scope, now, token) => scope.Transitions.HaltForEpochAsync(application, epoch, kind, reason, now, token),
            cancellationToken
        );

    /// <summary>Stops the application, because the stored commitment cannot be computed from its parts.</summary>
    public Task<bool> CorruptAsync(Application application, Epoch epoch, CancellationToken cancellationToken) =>
        HaltedAsync(
            application,
            epoch,
            InoperableKind.Corrupted,
            $"prt_corrupt_commitment: the commitment {epoch.Commitment} of epoch {epoch.Index} is not the root of its stored proof and "
                + $"machine state {epoch.MachineHash}. Nothing was sent. Set the application up anew from L1.",
            cancellationToken
        );

    private Task<bool> InUnitAsync(
        Application application,
        Func<IWorkScope, DateTimeOffset, CancellationToken, Task<bool>> write,
        CancellationToken cancellationToken
    ) =>
        unit.ExecuteAsync(
            async (scope, token) =>
                await database.LockApplicationAsync(scope.Db, application.Id, token) && await write(scope, clock.GetUtcNow(), token),
            cancellationToken
        );

    private bool IsProvisional => !policy.IsFinal;

    private L1Fact Fact(TournamentCommitment ours) => new(ours.TransactionHash, ours.BlockNumber, ours.BlockHash, IsProvisional);

    private L1Fact Settlement(Epoch epoch) =>
        new(epoch.SettlementTransactionHash!.Value, epoch.SettlementBlockNumber!.Value, epoch.SettlementBlockHash!.Value, IsProvisional);
}
