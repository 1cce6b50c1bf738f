using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Validator;

/// <summary>Builds the outputs trees of INPUTS_PROCESSED epochs, in order, and stores what proves the outputs, and the claims.</summary>
internal sealed class CalculateClaims(IServiceScopeFactory scopes, IUnitOfWork unit, IDatabaseProvider database, TimeProvider clock)
    : IPendingWork
{
    // Maximum epochs per application and turn; fewer if they have many outputs.
    private const int EpochsPerTurn = 10;
    private const int OutputsPerTurn = 1_000;

    /// <inheritdoc />
    public async Task<IReadOnlyCollection<WorkKey>> FindDueAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var due = await db
            .Applications.Where(app =>
                app.State == ApplicationState.Enabled
                && db.Epochs.Any(epoch => epoch.ApplicationId == app.Id && epoch.Status == EpochStatus.InputsProcessed)
            )
            .Select(app => app.Address)
            .ToListAsync(cancellationToken);
        return due.ConvertAll(address => new WorkKey(address));
    }

    /// <inheritdoc />
    public async Task<WorkResult> RunAsync(WorkKey key, CancellationToken cancellationToken)
    {
        var (done, outputs) = (0, 0);
        while (done < EpochsPerTurn && outputs < OutputsPerTurn)
        {
            if (await unit.ExecuteAsync((scope, token) => CalculateNextAsync(scope, key, token), cancellationToken) is not { } proved)
                return new WorkResult(done);
            done++;
            outputs += proved;
        }

        return new WorkResult(done, MoreDue: true);
    }

    /// <summary>
    /// The number of outputs of the epoch that was moved, 0 if the application was stopped instead, or null if there was nothing to
    /// do.
    /// </summary>
    private async Task<int?> CalculateNextAsync(IWorkScope scope, WorkKey key, CancellationToken cancellationToken)
    {
        var db = scope.Db;
        var id = await db
            .Applications.Where(app => app.Address == key.Application)
            .Select(app => (int?)app.Id)
            .SingleOrDefaultAsync(cancellationToken);
        if (id is null)
            Telemetry.Ignore("validator", IgnoredEvent.UnknownApplication);
        if (id is not { } applicationId || !await database.LockApplicationAsync(db, applicationId, cancellationToken))
            return null;
        var application = await db.Applications.AsNoTracking().SingleAsync(app => app.Id == applicationId, cancellationToken);
        var epoch = await db
            .Epochs.AsNoTracking()
            .Where(row => row.ApplicationId == applicationId && row.Status == EpochStatus.InputsProcessed)
            .OrderBy(row => row.Index)
            .FirstOrDefaultAsync(cancellationToken);
        if (application.State != ApplicationState.Enabled || epoch is null)
            return null;
        using var span = EpochTrace.Continue("validator.calculate_claim", application, epoch);
        var previousEpoch =
            epoch.VirtualIndex == 0
                ? null
                : await db
                    .Epochs.AsNoTracking()
                    .SingleOrDefaultAsync(
                        row => row.ApplicationId == applicationId && row.VirtualIndex == epoch.VirtualIndex - 1,
                        cancellationToken
                    );
        var lastInput =
            epoch.InputIndexUpperBound == epoch.InputIndexLowerBound
                ? null
                : await db
                    .Inputs.AsNoTracking()
                    .SingleOrDefaultAsync(
                        row => row.ApplicationId == applicationId && row.Index == epoch.InputIndexUpperBound - 1,
                        cancellationToken
                    );
        var (store, now) = (new StoreTree(db, database, epoch), clock.GetUtcNow());
        var (claim, tree) = await ClaimAsync(store, application, epoch, previousEpoch, lastInput, cancellationToken);
        var commitment =
            application.ConsensusType == ConsensusType.Prt && claim.FaultKind is null
                ? EpochCommitment.Of(epoch, await StatesAsync(db, epoch, cancellationToken))
                : null;
        if ((claim.FaultKind ?? (commitment?.Fault is null ? null : InoperableKind.Corrupted)) is { } kind)
        {
            await store.ForgetAsync(cancellationToken);
            var reason = claim.FaultReason ?? commitment!.Fault!;
            return await scope.Transitions.HaltAsync(application, kind, reason, now, cancellationToken) ? 0 : null;
        }

        if (tree is not null)
        {
            tree.CreatedAt = now;
            db.Add(tree);
        }

        if (
            !await scope.Transitions.CalculateClaimAsync(
                application,
                epoch,
                claim.Root,
                commitment is null ? null : (commitment.Root, Siblings.ToBytes(commitment.LastLeafSiblings)),
                now,
                cancellationToken
            )
        )
            throw new InvalidOperationException(
                $"Epoch {epoch.Index} of '{application.Name}' left INPUTS_PROCESSED although its application was locked."
            );
        return tree is null ? 0 : (int)Math.Min(tree.LastIndex - tree.FirstIndex + 1, OutputsPerTurn);
    }

    /// <summary>The claim, or the fault that forbids it, and the tree if the epoch has outputs; stores the tree's chunks.</summary>
    private static async Task<(ClaimOutcome Claim, OutputsTree? Tree)> ClaimAsync(
        StoreTree store,
        Application application,
        Epoch epoch,
        Epoch? previousEpoch,
        Input? lastInput,
        CancellationToken cancellationToken
    )
    {
        if (ClaimCalculation.FaultOf(application, epoch, previousEpoch, lastInput) is { } fault)
            return (fault, null);
        if (await store.RangeAsync(cancellationToken) is not (var first, var last))
            return (ClaimCalculation.Of(epoch, previousEpoch, root: null), null);
        return await store.RunAsync(first, last, cancellationToken) is (var root, var tree)
            ? (ClaimCalculation.Of(epoch, previousEpoch, root), tree)
            : (ClaimCalculation.WithoutFrontier(epoch, first), null);
    }

    private static Task<List<StateHash>> StatesAsync(RollupsDbContext db, Epoch epoch, CancellationToken cancellationToken) =>
        db
            .StateHashes.AsNoTracking()
            .Where(row => row.ApplicationId == epoch.ApplicationId && row.EpochIndex == epoch.Index)
            .OrderBy(row => row.InputIndex)
            .ThenBy(row => row.Position)
            .ToListAsync(cancellationToken);
}
