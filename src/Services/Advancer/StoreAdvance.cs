using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>
/// Stores one input's result in one transaction: outputs, reports, status, cursor, and the stop of the application if the input ended
/// it.
/// </summary>
internal sealed class StoreAdvance(IUnitOfWork unit, IDatabaseProvider database, TimeProvider clock)
{
    /// <summary>
    /// False if the rows do not match the machine's position: another replica has moved on, or the application was stopped meanwhile.
    /// </summary>
    public Task<bool> RunAsync(
        Application application,
        Input input,
        AdvanceResult result,
        ResidentMachine resident,
        CancellationToken cancellationToken
    ) => unit.ExecuteAsync((scope, token) => StoreAsync(scope, application, input, result, resident, token), cancellationToken);

    public static InputStatus StatusOf(AdvanceOutcome outcome) =>
        outcome switch
        {
            AdvanceOutcome.Accepted => InputStatus.Accepted,
            AdvanceOutcome.Rejected => InputStatus.Rejected,
            AdvanceOutcome.Exception => InputStatus.Exception,
            AdvanceOutcome.MachineHalted => InputStatus.MachineHalted,
            AdvanceOutcome.Overflow => InputStatus.Overflow,
            AdvanceOutcome.InvalidOutputsRoot => InputStatus.InvalidOutputsRoot,
            _ => InputStatus.UnexpectedYield,
        };

    private async Task<bool> StoreAsync(
        IWorkScope scope,
        Application application,
        Input input,
        AdvanceResult result,
        ResidentMachine resident,
        CancellationToken cancellationToken
    )
    {
        var db = scope.Db;
        var now = clock.GetUtcNow();
        if (
            resident.Lost.IsCancellationRequested
            || !await database.LockApplicationAsync(db, application.Id, resident.Lease, cancellationToken)
        )
            return false;
        var moved = await db
            .Applications.Where(app =>
                app.Id == application.Id && app.State == ApplicationState.Enabled && app.ProcessedInputs == input.Index
            )
            .ExecuteUpdateAsync(
                set => set.SetProperty(app => app.ProcessedInputs, input.Index + 1).SetProperty(app => app.UpdatedAt, now),
                cancellationToken
            );
        if (moved == 0)
            return false;
        var status = StatusOf(result.Outcome);
        var stored = await db
            .Inputs.Where(row =>
                row.ApplicationId == application.Id
                && row.Index == input.Index
                && row.Status == InputStatus.None
                && row.EpochIndex == input.EpochIndex
            )
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(row => row.Status, status)
                        .SetProperty(row => row.MachineHash, result.StateHash)
                        .SetProperty(row => row.OutputsMerkleRoot, result.OutputsMerkleRoot)
                        .SetProperty(row => row.ExceptionData, result.ExceptionData)
                        .SetProperty(row => row.UpdatedAt, now),
                cancellationToken
            );
        if (stored == 0)
            throw new InvalidOperationException(
                $"Input {input.Index} of '{application.Name}' has a result although the application's cursor is before it."
            );
        for (var i = 0; i < result.Outputs.Count; i++)
        {
            db.Add(
                new Output
                {
                    ApplicationId = application.Id,
                    Index = resident.NextOutput + (ulong)i,
                    InputIndex = input.Index,
                    EpochIndex = input.EpochIndex,
                    RawData = result.Outputs[i],
                    CreatedAt = now,
                    UpdatedAt = now,
                }
            );
        }

        for (var i = 0; i < result.Reports.Count; i++)
        {
            db.Add(
                new Report
                {
                    ApplicationId = application.Id,
                    Index = resident.NextReport + (ulong)i,
                    InputIndex = input.Index,
                    EpochIndex = input.EpochIndex,
                    RawData = result.Reports[i],
                    CreatedAt = now,
                }
            );
        }

        if (application.ConsensusType == ConsensusType.Prt)
            AddStates(db, application, input, result);
        if (Terminal(result.Outcome) is { } kind)
        {
            await scope.Transitions.HaltAsync(
                application,
                kind,
                $"Input {input.Index} (epoch {input.EpochIndex}) ended the machine: {EnumNames.Of(status)}"
                    + (
                        result.ExceptionData is { Length: > 0 } data
                            ? $" with data {Hex.Encode(data.AsSpan(0, Math.Min(data.Length, 64)))}"
                            : ""
                    )
                    + ". The node runs no later input and makes no claim; the application must be deployed anew.",
                now,
                cancellationToken
            );
        }

        return true;
    }

    /// <summary>Stores the machine states from which the epoch's commitment is built.</summary>
    private static void AddStates(RollupsDbContext db, Application application, Input input, AdvanceResult result)
    {
        var strides = result.States.Aggregate(0UL, (sum, run) => sum + run.Repetitions);
        if (
            strides != ComputationTree.LeavesOfAnInput
            || result.States[^1].StateHash != result.StateHash
            || result.States.Any(run => run.Repetitions is 0 or > ComputationTree.LeavesOfAnInput)
        )
        {
            throw new MachineException(
                $"The machine of '{application.Name}' gave {strides} states that end in "
                    + $"{(result.States.Count == 0 ? null : result.States[^1].StateHash)} for input {input.Index}: a tournament needs "
                    + $"{ComputationTree.LeavesOfAnInput} that end in {result.StateHash}, in runs of one or more."
            );
        }

        db.AddRange(
            result.States.Select(
                (run, position) =>
                    new StateHash
                    {
                        ApplicationId = application.Id,
                        EpochIndex = input.EpochIndex,
                        InputIndex = input.Index,
                        Position = (ulong)position,
                        MachineHash = run.StateHash,
                        Repetitions = run.Repetitions,
                    }
            )
        );
    }

    private static InoperableKind? Terminal(AdvanceOutcome outcome) =>
        outcome switch
        {
            AdvanceOutcome.Exception => InoperableKind.GuestException,
            AdvanceOutcome.MachineHalted => InoperableKind.MachineHalted,
            AdvanceOutcome.Overflow => InoperableKind.McycleOverflow,
            AdvanceOutcome.UnexpectedYield => InoperableKind.UnexpectedYield,
            AdvanceOutcome.InvalidOutputsRoot => InoperableKind.InvalidOutputsRoot,
            _ => null,
        };
}
