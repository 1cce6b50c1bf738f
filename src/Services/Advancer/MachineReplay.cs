using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>
/// Brings a machine to the application's cursor by running the stored inputs that it has not completed, and compares every result with the
/// stored one.
/// </summary>
internal sealed class MachineReplay(IServiceScopeFactory scopes, ReplayProgress progress)
{
    // Inputs are large; so many are in memory, and adopted together.
    private const int InputsPerPage = 100;

    /// <summary>Replays up to <c>application.ProcessedInputs</c>; does nothing if the machine is there.</summary>
    /// <exception cref="ReplayDivergedException">The replay does not reproduce the stored results.</exception>
    /// <exception cref="MachineException">An input could not be run.</exception>
    /// <exception cref="MachineUnavailableException">The machine cannot run now.</exception>
    public async Task RunAsync(Application application, ResidentMachine resident, CancellationToken cancellationToken)
    {
        if (resident.NextInput >= application.ProcessedInputs)
            return;
        using var replay = progress.Begin(application, resident.NextInput);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var outputs = new StoredOutputs(db, application.Id, resident.Counts.Outputs);
        while (resident.NextInput < application.ProcessedInputs)
        {
            var next = resident.NextInput;
            var page = await db
                .Inputs.AsNoTracking()
                .Where(input => input.ApplicationId == application.Id && input.Index >= next && input.Index < application.ProcessedInputs)
                .OrderBy(input => input.Index)
                .Take(InputsPerPage)
                .ToListAsync(cancellationToken);
            if (page.Count == 0)
                throw new ReplayDivergedException(
                    $"{application.ProcessedInputs} inputs of '{application.Name}' are marked as processed, but input {next} is not stored."
                );
            var states = await StatesAsync(db, application, page, cancellationToken);
            foreach (var input in page)
            {
                await RunAsync(application, resident, input, states, outputs, cancellationToken);
                replay.Ran();
            }

            await resident.AdoptAsync(cancellationToken);
        }

        await CompareCountsAsync(db, application, resident, cancellationToken);
        replay.Complete();
    }

    /// <summary>Stored runs of machine states by input; null if the application's consensus needs none.</summary>
    private static async Task<ILookup<ulong, StateRun>?> StatesAsync(
        RollupsDbContext db,
        Application application,
        List<Input> page,
        CancellationToken cancellationToken
    )
    {
        if (!TournamentStates.AreNeeded(application))
            return null;
        var (first, last) = (page[0].Index, page[^1].Index);
        var rows = await db
            .StateHashes.AsNoTracking()
            .Where(row => row.ApplicationId == application.Id && row.InputIndex >= first && row.InputIndex <= last)
            .OrderBy(row => row.InputIndex)
            .ThenBy(row => row.Position)
            .ToListAsync(cancellationToken);
        return rows.ToLookup(row => row.InputIndex, row => new StateRun(row.MachineHash, row.Repetitions));
    }

    private static async Task RunAsync(
        Application application,
        ResidentMachine resident,
        Input stored,
        ILookup<ulong, StateRun>? states,
        StoredOutputs outputs,
        CancellationToken cancellationToken
    )
    {
        var result = await resident.Machine.AdvanceAsync(stored.Index, stored.RawData, cancellationToken);
        resident.Stage(stored, result);
        var difference =
            Difference(result, stored)
            ?? DifferenceOfStates(result, stored, states)
            ?? await outputs.DifferenceAsync(stored.Index, result.Outputs, cancellationToken);
        if (difference is not null)
            throw new ReplayDivergedException(
                $"The replay of input {stored.Index} (epoch {stored.EpochIndex}) of '{application.Name}' gave {difference}."
                    + Remedy(application)
            );
    }

    /// <summary>The difference, for example "ACCEPTED, but REJECTED is stored"; null if there is none.</summary>
    private static string? Difference(AdvanceResult result, Input stored)
    {
        var status = StoreAdvance.StatusOf(result.Outcome);
        if (status != stored.Status)
            return $"{EnumNames.Of(status)}, but {EnumNames.Of(stored.Status)} is stored";
        if (result.StateHash != stored.MachineHash)
            return $"the machine hash {result.StateHash}, but {stored.MachineHash} is stored";
        if (result.OutputsMerkleRoot != stored.OutputsMerkleRoot)
            return $"the outputs root {result.OutputsMerkleRoot}, but {stored.OutputsMerkleRoot} is stored";
        return (result.ExceptionData ?? []).AsSpan().SequenceEqual(stored.ExceptionData)
            ? null
            : $"the exception {Hex.Encode(result.ExceptionData)}, but {Hex.Encode(stored.ExceptionData)} is stored";
    }

    private static string? DifferenceOfStates(AdvanceResult result, Input stored, ILookup<ulong, StateRun>? states) =>
        states is null || states[stored.Index].SequenceEqual(result.States)
            ? null
            : $"{result.States.Count} runs of machine states that are not the {states[stored.Index].Count()} stored ones";

    /// <summary>
    /// The next output and report continue the stored ones, whose indexes have no gaps, so the stored counts must equal the machine's.
    /// </summary>
    private static async Task CompareCountsAsync(
        RollupsDbContext db,
        Application application,
        ResidentMachine resident,
        CancellationToken cancellationToken
    )
    {
        // Only of the inputs that were replayed: the previous owner may have stored more since.
        var stored = await StoredCounts.BeforeAsync(db, application.Id, application.ProcessedInputs, cancellationToken);
        if (stored != resident.Counts)
        {
            throw new ReplayDivergedException(
                $"The replay of {application.ProcessedInputs} inputs of '{application.Name}' gave {resident.Counts.Outputs} outputs and "
                    + $"{resident.Counts.Reports} reports, but {stored.Outputs} and {stored.Reports} are stored.{Remedy(application)}"
            );
        }
    }

    private static string Remedy(Application application) =>
        $" Check that the machine template and the machine's version are those that ran it, then run 'rollups app enable "
        + $"{application.Name}'.";
}
