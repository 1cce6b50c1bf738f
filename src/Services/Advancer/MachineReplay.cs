using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>
/// Brings a machine from its template to the application's cursor by replaying the stored inputs, and compares every result with the
/// stored one.
/// </summary>
internal sealed class MachineReplay(IEnumerable<IMachineFactory> factories, IServiceScopeFactory scopes)
{
    private const int InputsPerPage = 500;

    /// <summary>The machine, which owns the lease from then on.</summary>
    /// <exception cref="ReplayDivergedException">The replay does not reproduce the stored results.</exception>
    /// <exception cref="MachineException">The template cannot be loaded, or an input could not be run.</exception>
    /// <exception cref="MachineUnavailableException">The machine cannot be built now.</exception>
    public async Task<ResidentMachine> RunAsync(
        Application application,
        ExecutionParameters limits,
        ILease lease,
        CancellationToken cancellationToken
    )
    {
        var machine = await factories
            .For(application.TemplateUri)
            .CreateAsync(application.TemplateUri, application.Address, limits, cancellationToken);
        try
        {
            var resident = new ResidentMachine(machine, lease, limits.UpdatedAt);
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
            for (var next = 0UL; next < application.ProcessedInputs; )
            {
                var page = await db
                    .Inputs.AsNoTracking()
                    .Where(input =>
                        input.ApplicationId == application.Id && input.Index >= next && input.Index < application.ProcessedInputs
                    )
                    .OrderBy(input => input.Index)
                    .Take(InputsPerPage)
                    .ToListAsync(cancellationToken);
                var states = await StatesAsync(db, application, page, cancellationToken);
                foreach (var input in page)
                    await RunAsync(application, resident, input, states, cancellationToken);
                next += (ulong)page.Count;
                if (page.Count == 0)
                    throw new ReplayDivergedException(
                        $"{application.ProcessedInputs} inputs of '{application.Name}' are marked as processed, but input {next} is not "
                            + $"stored."
                    );
            }

            await CompareCountsAsync(db, application, resident, cancellationToken);
            return resident;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stored runs of machine states by input; null if the application's consensus needs none.</summary>
    private static async Task<ILookup<ulong, StateRun>?> StatesAsync(
        RollupsDbContext db,
        Application application,
        List<Input> page,
        CancellationToken cancellationToken
    )
    {
        if (application.ConsensusType != ConsensusType.Prt || page.Count == 0)
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
        CancellationToken cancellationToken
    )
    {
        var result = await resident.Machine.AdvanceAsync(stored.Index, stored.RawData, cancellationToken);
        if (Difference(result, stored) is { } difference)
            throw new ReplayDivergedException(
                $"The replay of input {stored.Index} (epoch {stored.EpochIndex}) of '{application.Name}' gave {difference} is "
                    + $"stored.{Remedy(application)}"
            );
        if (states is not null && !states[stored.Index].SequenceEqual(result.States))
        {
            throw new ReplayDivergedException(
                $"The replay of input {stored.Index} (epoch {stored.EpochIndex}) of '{application.Name}' gave {result.States.Count} runs "
                    + $"of machine states that are not the {states[stored.Index].Count()} stored ones.{Remedy(application)}"
            );
        }

        await resident.AdoptAsync(result, cancellationToken);
    }

    /// <summary>
    /// The difference, for example "ACCEPTED, but REJECTED"; null if there is none. Outputs are compared by their root.
    /// </summary>
    private static string? Difference(AdvanceResult result, Input stored)
    {
        var status = StoreAdvance.StatusOf(result.Outcome);
        if (status != stored.Status)
            return $"{EnumNames.Of(status)}, but {EnumNames.Of(stored.Status)}";
        if (result.StateHash != stored.MachineHash)
            return $"the machine hash {result.StateHash}, but {stored.MachineHash}";
        if (result.OutputsMerkleRoot != stored.OutputsMerkleRoot)
            return $"the outputs root {result.OutputsMerkleRoot}, but {stored.OutputsMerkleRoot}";
        return result.ExceptionData.AsSpan().SequenceEqual(stored.ExceptionData)
            ? null
            : $"the exception {Hex.Encode(result.ExceptionData)}, but {Hex.Encode(stored.ExceptionData)}";
    }

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
        // Counts only the inputs that were replayed: the previous owner may have stored more since.
        var outputs = (ulong)
            await db.Outputs.LongCountAsync(
                output => output.ApplicationId == application.Id && output.InputIndex < application.ProcessedInputs,
                cancellationToken
            );
        var reports = (ulong)
            await db.Reports.LongCountAsync(
                report => report.ApplicationId == application.Id && report.InputIndex < application.ProcessedInputs,
                cancellationToken
            );
        if ((outputs, reports) != (resident.NextOutput, resident.NextReport))
        {
            throw new ReplayDivergedException(
                $"The replay of {application.ProcessedInputs} inputs of '{application.Name}' gave {resident.NextOutput} outputs and "
                    + $"{resident.NextReport} reports, but {outputs} and {reports} are stored.{Remedy(application)}"
            );
        }
    }

    private static string Remedy(Application application) =>
        $" Check that the machine template and the machine's version are those that ran it, then run 'rollups app enable "
        + $"{application.Name}'.";
}

/// <summary>A rebuilt machine does not reproduce the stored results.</summary>
internal sealed class ReplayDivergedException(string message) : Exception(message);
