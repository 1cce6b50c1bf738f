using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Validator;

/// <summary>Builds the outputs trees of INPUTS_PROCESSED epochs, in order, and stores their proofs and claims.</summary>
internal sealed class CalculateClaims(IServiceScopeFactory scopes, IUnitOfWork unit, IDatabaseProvider database, TimeProvider clock)
    : IPendingWork
{
    // Maximum epochs per application and turn; fewer if they have many outputs.
    private const int EpochsPerTurn = 10;
    private const int OutputsPerTurn = 1_000;

    // Each proof takes 2 KiB, in addition to its output.
    private const int ProofsPerPage = 500;

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
        var (first, leaves) = await LeavesAsync(db, epoch, cancellationToken);
        var previousOutput =
            first == 0
                ? null
                : await db
                    .Outputs.AsNoTracking()
                    .SingleOrDefaultAsync(row => row.ApplicationId == applicationId && row.Index == first - 1, cancellationToken);
        var now = clock.GetUtcNow();
        var claim = ClaimCalculation.Run(application, epoch, previousEpoch, lastInput, previousOutput, first, leaves);
        if (claim.FaultKind is { } kind)
            return await scope.Transitions.HaltAsync(application, kind, claim.FaultReason!, now, cancellationToken) ? 0 : null;
        var commitment =
            application.ConsensusType == ConsensusType.Prt
                ? EpochCommitment.Of(epoch, await StatesAsync(db, epoch, cancellationToken))
                : null;
        if (commitment?.Fault is { } fault)
            return await scope.Transitions.HaltAsync(application, InoperableKind.Corrupted, fault, now, cancellationToken) ? 0 : null;

        await StoreProofsAsync(db, epoch, first, leaves, claim, now, cancellationToken);
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
        return leaves.Count;
    }

    /// <summary>
    /// Index of the epoch's first output, 0 if it has none, and the hash of each output: the outputs themselves may not fit in memory.
    /// </summary>
    private static async Task<(ulong First, List<Hash32> Leaves)> LeavesAsync(
        RollupsDbContext db,
        Epoch epoch,
        CancellationToken cancellationToken
    )
    {
        var (first, leaves) = (0UL, new List<Hash32>());
        var outputs = db
            .Outputs.Where(row => row.ApplicationId == epoch.ApplicationId && row.EpochIndex == epoch.Index)
            .OrderBy(row => row.Index)
            .Select(row => new { row.Index, row.RawData });
        await foreach (var output in outputs.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (leaves.Count == 0)
                first = output.Index;
            leaves.Add(Keccak256.Hash(output.RawData));
        }

        return (first, leaves);
    }

    /// <summary>Page by page, one statement each: the proofs of an epoch may not fit in memory.</summary>
    private async Task StoreProofsAsync(
        RollupsDbContext db,
        Epoch epoch,
        ulong first,
        List<Hash32> leaves,
        ClaimOutcome claim,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        for (var done = 0; done < leaves.Count; done += ProofsPerPage)
        {
            var hashes = leaves.GetRange(done, Math.Min(ProofsPerPage, leaves.Count - done));
            var page = done;
            // Indexes have no gaps.
            var rows = new ProofRows(
                epoch.ApplicationId,
                epoch.Index,
                first + (ulong)done,
                hashes,
                [.. hashes.Select((_, i) => Siblings.ToBytes(claim.Siblings[page + i]))],
                now
            );
            var stored = await database.StoreProofsAsync(db, rows, cancellationToken);
            if (stored != hashes.Count)
                throw new InvalidOperationException(
                    $"Epoch {epoch.Index} has {stored} of the {hashes.Count} outputs from index {rows.FirstIndex} on, although its "
                        + "application was locked."
                );
        }
    }

    private static Task<List<StateHash>> StatesAsync(RollupsDbContext db, Epoch epoch, CancellationToken cancellationToken) =>
        db
            .StateHashes.AsNoTracking()
            .Where(row => row.ApplicationId == epoch.ApplicationId && row.EpochIndex == epoch.Index)
            .OrderBy(row => row.InputIndex)
            .ThenBy(row => row.Position)
            .ToListAsync(cancellationToken);
}
