using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>
/// Stores the results of consecutive inputs in one transaction: statuses, outputs, reports, cursor, and the stop of the application if the
/// last input ended it.
/// </summary>
internal sealed class StoreAdvance(IUnitOfWork unit, IDatabaseProvider database, TimeProvider clock)
{
    /// <summary>
    /// False if the rows do not match the machine's position: another replica has moved on, or the application was stopped meanwhile.
    /// </summary>
    public Task<bool> RunAsync(
        Application application,
        IReadOnlyList<InputRun> runs,
        ResidentMachine resident,
        CancellationToken cancellationToken
    )
    {
        // Before the transaction, which holds the application's lock.
        var rows = Rows(application, runs);
        return unit.ExecuteAsync((scope, token) => StoreAsync(scope, application, runs[^1], rows, resident, token), cancellationToken);
    }

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
        InputRun last,
        ResultRows rows,
        ResidentMachine resident,
        CancellationToken cancellationToken
    )
    {
        var (db, first, now) = (scope.Db, rows.Inputs[0].Index, rows.At);
        if (
            resident.Lost.IsCancellationRequested
            || !await database.LockApplicationAsync(db, application.Id, resident.Lease, cancellationToken)
        )
            return false;
        var moved = await db
            .Applications.Where(app => app.Id == application.Id && app.State == ApplicationState.Enabled && app.ProcessedInputs == first)
            .ExecuteUpdateAsync(
                set => set.SetProperty(app => app.ProcessedInputs, last.Input.Index + 1).SetProperty(app => app.UpdatedAt, now),
                cancellationToken
            );
        if (moved == 0)
            return false;
        var stored = await database.StoreResultsAsync(db, rows, cancellationToken);
        if (stored < rows.Inputs.Count)
            throw new InvalidOperationException(
                $"{rows.Inputs.Count - stored} of the inputs {first} to {last.Input.Index} of '{application.Name}' have a result, or are "
                    + "in another epoch, although the application's cursor is before them."
            );
        if (Terminal(last.Result.Outcome) is { } kind)
        {
            await scope.Transitions.HaltAsync(
                application,
                kind,
                $"Input {last.Input.Index} (epoch {last.Input.EpochIndex}) ended the machine: {EnumNames.Of(StatusOf(last.Result.Outcome))}"
                    + (
                        last.Result.ExceptionData is { Length: > 0 } data
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

    private ResultRows Rows(Application application, IReadOnlyList<InputRun> runs)
    {
        var now = clock.GetUtcNow();
        var inputs = new List<InputResult>(runs.Count);
        var (outputs, reports, states) = (new List<Output>(), new List<Report>(), new List<StateHash>());
        foreach (var (input, result, firstOutput, firstReport) in runs)
        {
            inputs.Add(
                new InputResult(
                    input.Index,
                    input.EpochIndex,
                    StatusOf(result.Outcome),
                    result.StateHash,
                    result.OutputsMerkleRoot,
                    result.ExceptionData
                )
            );
            outputs.AddRange(
                result.Outputs.Select(
                    (data, i) =>
                        new Output
                        {
                            Index = firstOutput + (ulong)i,
                            InputIndex = input.Index,
                            EpochIndex = input.EpochIndex,
                            RawData = data,
                        }
                )
            );
            reports.AddRange(
                result.Reports.Select(
                    (data, i) =>
                        new Report
                        {
                            Index = firstReport + (ulong)i,
                            InputIndex = input.Index,
                            EpochIndex = input.EpochIndex,
                            RawData = data,
                        }
                )
            );
            if (application.ConsensusType == ConsensusType.Prt)
                states.AddRange(
                    result.States.Select(
                        (run, position) =>
                            new StateHash
                            {
                                EpochIndex = input.EpochIndex,
                                InputIndex = input.Index,
                                Position = (ulong)position,
                                MachineHash = run.StateHash,
                                Repetitions = run.Repetitions,
                            }
                    )
                );
        }

        return new ResultRows(application.Id, now, inputs, outputs, reports, states);
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
