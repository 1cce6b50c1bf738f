using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.EvmReader.Commands;

/// <summary>Changes the limits of an application's machine, all of a command's values or none.</summary>
internal sealed partial class SetExecutionParametersHandler(
    RollupsDbContext db,
    NamedApplication named,
    TimeProvider clock,
    ILogger<SetExecutionParametersHandler> logger
)
{
    /// <exception cref="CommandRefusedException">Nothing was changed.</exception>
    public async Task<StoredExecutionParameters> ExecuteAsync(SetExecutionParameters command, CancellationToken cancellationToken)
    {
        var application = await named.LockAsync(command.Application, cancellationToken);
        var stored = await db.ExecutionParameters.SingleOrDefaultAsync(row => row.ApplicationId == application.Id, cancellationToken);
        var row = stored ?? new ExecutionParameters { ApplicationId = application.Id };
        var before = Answer(application, row, changed: false);
        var policy = PolicyOf(command.SnapshotPolicy) ?? row.SnapshotPolicy;
        Assign(command, row);
        row.SnapshotPolicy = policy;
        if (row.Fault() is { } fault)
        {
            db.ChangeTracker.Clear();
            throw new CommandRefusedException($"The execution parameters of '{application.Name}' stay as they are: {fault}");
        }

        if (Answer(application, row, changed: false) == before)
            return before;
        row.UpdatedAt = clock.GetUtcNow();
        if (stored is null)
            db.Add(row);
        LogChanged(logger, application.Name, application.Address);
        return Answer(application, row, changed: true);
    }

    private static SnapshotPolicy? PolicyOf(string? word)
    {
        if (word is null)
            return null;
        try
        {
            return EnumNames.Parse<SnapshotPolicy>(word);
        }
        catch (FormatException)
        {
            throw new CommandRefusedException(
                $"'{Hex.Clip(word)}' is no snapshot policy: give one of {string.Join(", ", EnumNames.All(typeof(SnapshotPolicy)))}."
            );
        }
    }

    private static void Assign(SetExecutionParameters command, ExecutionParameters row)
    {
        row.AdvanceIncrementCycles = command.AdvanceIncrementCycles ?? row.AdvanceIncrementCycles;
        row.AdvanceMaxCycles = command.AdvanceMaxCycles ?? row.AdvanceMaxCycles;
        row.AdvanceIncrementTimeout = command.AdvanceIncrementTimeout ?? row.AdvanceIncrementTimeout;
        row.AdvanceMaxTimeout = command.AdvanceMaxTimeout ?? row.AdvanceMaxTimeout;
        row.InspectIncrementCycles = command.InspectIncrementCycles ?? row.InspectIncrementCycles;
        row.InspectMaxCycles = command.InspectMaxCycles ?? row.InspectMaxCycles;
        row.InspectIncrementTimeout = command.InspectIncrementTimeout ?? row.InspectIncrementTimeout;
        row.InspectMaxTimeout = command.InspectMaxTimeout ?? row.InspectMaxTimeout;
        row.LoadTimeout = command.LoadTimeout ?? row.LoadTimeout;
        row.StoreTimeout = command.StoreTimeout ?? row.StoreTimeout;
        row.CallTimeout = command.CallTimeout ?? row.CallTimeout;
        row.MaxConcurrentInspects = command.MaxConcurrentInspects ?? row.MaxConcurrentInspects;
    }

    private static StoredExecutionParameters Answer(Application application, ExecutionParameters row, bool changed) =>
        new()
        {
            Name = application.Name,
            Application = application.Address.ToString(),
            Changed = changed,
            SnapshotPolicy = EnumNames.Of(row.SnapshotPolicy),
            AdvanceIncrementCycles = row.AdvanceIncrementCycles,
            AdvanceMaxCycles = row.AdvanceMaxCycles,
            AdvanceIncrementTimeout = row.AdvanceIncrementTimeout,
            AdvanceMaxTimeout = row.AdvanceMaxTimeout,
            InspectIncrementCycles = row.InspectIncrementCycles,
            InspectMaxCycles = row.InspectMaxCycles,
            InspectIncrementTimeout = row.InspectIncrementTimeout,
            InspectMaxTimeout = row.InspectMaxTimeout,
            LoadTimeout = row.LoadTimeout,
            StoreTimeout = row.StoreTimeout,
            CallTimeout = row.CallTimeout,
            MaxConcurrentInspects = row.MaxConcurrentInspects,
        };

    [LoggerMessage(
        1,
        LogLevel.Information,
        "The execution parameters of application {Name} ({Application}) have changed. The Advancer rebuilds its machine with them at the "
            + "application's next input."
    )]
    private static partial void LogChanged(ILogger logger, string name, Address application);
}
