using Microsoft.Extensions.Options;
using Rollups.Chain;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Facts;
using Rollups.EvmReader.Form;
using Rollups.EvmReader.Head;
using Rollups.EvmReader.History;
using Rollups.EvmReader.Logs;
using Rollups.EvmReader.Metrics;
using Rollups.EvmReader.Store;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader;

/// <summary>
/// Reads L1 once up to the observed head: new inputs, epochs that end, executed outputs. The stages run in the order of their
/// namespaces: Head, Facts, History, Logs, Form, Store. Each uses the results of earlier stages and knows no later one.
/// </summary>
internal sealed class ReadPass(
    ObserveHead observe,
    ReadFacts readFacts,
    CheckHistory checkHistory,
    ReadLogs readLogs,
    ApplicationSight sight,
    StoreChanges store,
    ChainPolicy chain,
    LoadChainPolicy policy,
    ReaderMetrics metrics,
    IOptions<EvmReaderOptions> options
)
{
    /// <summary>Runs one pass. Never called twice at once.</summary>
    /// <param name="lease">The right to read the chain.</param>
    /// <param name="cancellationToken">Cancels the pass, also when the lease is lost.</param>
    public async Task<WorkResult> RunAsync(ILease lease, CancellationToken cancellationToken)
    {
        // Head: the block at which everything in this pass is read.
        if (await observe.RunAsync(lease, cancellationToken) is not { } head)
            return WorkResult.Nothing;

        // Facts: the applications, and what their contracts count at the head.
        var all = await readFacts.RunAsync(head, cancellationToken);
        metrics.Head(head.Block);

        // History: whether L1 still has what is stored. Changes are stored at once, and the next pass reads those applications again.
        var history = await checkHistory.RunAsync(head, all, cancellationToken);
        var changed = await store.History.RunAsync(head, history, cancellationToken);
        List<ObservedApplication> applications = [.. all.Where(app => app.IsReadableAt(head.Block) && !history.Unproven.Contains(app.Id))];
        if (applications.Count == 0)
            return new WorkResult(changed, changed > 0);

        // Logs, Form, Store: first the seals, because they determine the epochs of the inputs.
        var seals = await ReadSealsAsync(head, applications, history.Seals, cancellationToken);
        var inputs = await ReadInputsAsync(head, applications, seals.Found, cancellationToken);
        var executed = await ReadExecutionsAsync(head, applications, cancellationToken);
        await store.IdleCursors.RunAsync(head, applications, cancellationToken);
        if (history.IsWhole)
            await policy.ComparedUpToAsync(head.Block, cancellationToken);
        return new WorkResult(changed + inputs.Done + executed.Done, seals.MoreDue || inputs.MoreDue || executed.MoreDue || changed > 0);
    }

    /// <summary>
    /// The seals of each PRT application that are known up to the head; nothing may be stored for the others. More is due if some of them
    /// are known up to an earlier block.
    /// </summary>
    private async Task<(Dictionary<int, FoundSeals> Found, bool MoreDue)> ReadSealsAsync(
        ObservedHead head,
        List<ObservedApplication> applications,
        IReadOnlyDictionary<int, NextSeal> next,
        CancellationToken cancellationToken
    )
    {
        foreach (var app in applications.Where(app => next.TryGetValue(app.Id, out var seal) && !seal.IsOnChain))
            sight.LacksNothing(app, ReadLogs.SealLogs);
        var moreDue = false;
        var found = next.Where(pair => !pair.Value.IsOnChain).ToDictionary(pair => pair.Key, _ => new FoundSeals([], head.Block));
        foreach (var range in readLogs.PlanSeals(head, applications, next))
        {
            if (!await readLogs.FetchSealsAsync(head, range, cancellationToken))
                continue;
            if (range.To != head.Block)
            {
                moreDue = true;
                continue;
            }

            foreach (var app in range.Applications)
            {
                var read = app.State.Seals!;
                var seals = FoundSeals.Check(read.Logs, next[app.Id], app.Facts.Sealed!, head.Block);
                if (seals.Problem is { } problem)
                {
                    // Logs that follow late are in the newest blocks; anything else may be wrong in all of them.
                    if (Refuse(app, ReadLogs.SealLogs, next[app.Id].From, head.Block, problem, seals.IsLacking))
                        app.State.Seals = null;
                    continue;
                }

                read.CompleteStep(head.Block);
                sight.LacksNothing(app, ReadLogs.SealLogs);
                found[app.Id] = seals;
            }
        }

        return (found, moreDue);
    }

    /// <summary>
    /// Stores the inputs that are missing according to the counters, range by range, and closes epochs that ended without a new input.
    /// </summary>
    private async Task<WorkResult> ReadInputsAsync(
        ObservedHead head,
        List<ObservedApplication> applications,
        Dictionary<int, FoundSeals> seals,
        CancellationToken cancellationToken
    )
    {
        var (done, moreDue) = (0, false);
        // Without the seals it is unknown which epoch an input belongs to.
        var ready = applications.Where(app => app.Consensus != ConsensusType.Prt || seals.ContainsKey(app.Id)).ToList();
        FoundSeals SealsOf(ObservedApplication app) => seals.GetValueOrDefault(app.Id, FoundSeals.None);
        foreach (var app in ready.Where(app => app.Facts.Inputs == app.InputCount))
            sight.LacksNothing(app, ReadLogs.InputLogs);
        foreach (var app in ready.Where(app => HasOnlyEpochs(app, SealsOf(app))))
            done += (await StoreAsync(app, FoundInputs.None, head.Block)).Done;

        foreach (var range in readLogs.PlanInputs(head, ready))
        {
            if (await readLogs.FetchInputsAsync(head, range, cancellationToken) is not { } logs)
                continue;
            // What was read belongs to the stored history only if L1 still has that afterwards.
            var same = await checkHistory.StillSameAsync(range.Applications, cancellationToken);
            foreach (var (app, from) in range.Members.Where(member => same.Contains(member.Application.Id)))
            {
                var ofApplication = logs[InputBoxContract.ApplicationTopic(app.Address)].Where(log => log.BlockNumber >= from);
                var found = FoundInputs.Check(ofApplication, app.InputCount, app.Facts.Inputs!.Value, range.To == head.Block);
                if (found.Problem is not null)
                {
                    moreDue |= ReadsAgain(app, from, range.To, found);
                    continue;
                }

                if (range.To == head.Block || found.New.Count > 0)
                    sight.LacksNothing(app, ReadLogs.InputLogs);

                var stored = await StoreAsync(app, found, range.To);
                done += stored.Done;
                if (!stored.IsComplete)
                    continue;
                // Nothing proves yet that an empty range is empty, so only memory records that it was read; the counter at the head is
                // the proof.
                app.State.CompleteStep(range.To, head.Block);
                moreDue |= range.To != head.Block;
            }
        }

        return new WorkResult(done, moreDue);

        Task<(int Done, bool IsComplete)> StoreAsync(ObservedApplication app, FoundInputs found, ulong to) =>
            store.Inputs.RunAsync(
                head,
                app,
                InputBatch.Of(app, found, SealsOf(app), to, to == head.Block, options.Value.MaxInputsPerTransaction),
                cancellationToken
            );
    }

    /// <summary>True if no input is missing, but an epoch ends at the head or new seals are to be stored.</summary>
    private static bool HasOnlyEpochs(ObservedApplication app, FoundSeals seals) =>
        app.Facts.Inputs == app.InputCount && !app.IsKnownFaulty && (app.HasEpochToClose || seals.Seals.Count > 0);

    /// <summary>
    /// The logs contradict the counter. Where blocks can be replaced, the missing inputs may be further back: true if the next pass
    /// reads from there.
    /// </summary>
    private bool ReadsAgain(ObservedApplication app, ulong from, ulong to, FoundInputs found)
    {
        app.State.Restart();
        if (!chain.IsFinal && app.State.ReadFromNewest())
            return true;
        Refuse(app, ReadLogs.InputLogs, from, to, found.Problem!, found.IsLacking);
        return false;
    }

    /// <summary>Reports logs that cannot be used; false if they may only be late.</summary>
    private bool Refuse(ObservedApplication app, string kind, ulong from, ulong to, string problem, bool isLacking)
    {
        if (isLacking)
            return sight.Lacks(app, kind, to, problem);
        sight.Contradicts(app, kind, from, to, problem);
        return true;
    }

    /// <summary>Records which outputs were executed on L1, by any sender.</summary>
    private async Task<WorkResult> ReadExecutionsAsync(
        ObservedHead head,
        List<ObservedApplication> applications,
        CancellationToken cancellationToken
    )
    {
        var (done, moreDue) = (0, false);
        foreach (var app in applications.Where(app => app.Facts.Executed == (app.State.Executed ?? 0)))
            sight.LacksNothing(app, ReadLogs.ExecutionLogs);
        foreach (var range in readLogs.PlanExecutions(head, applications))
        {
            if (await readLogs.FetchExecutionsAsync(head, range, cancellationToken) is not { } logs)
                continue;
            foreach (var (app, from) in range.Members)
            {
                var found = FoundExecutions.Check(logs[app.Address], from);
                if (found.Problem is { } problem)
                {
                    Refuse(app, ReadLogs.ExecutionLogs, from, range.To, problem, isLacking: false);
                    continue;
                }

                var batches = ExecutionBatch.Of(found.Events, head.Block, options.Value.MaxInputsPerTransaction);
                var stored = await store.Executions.RunAsync(head, app, batches, range.To, cancellationToken);
                done += stored.Done;
                moreDue |= stored.MoreDue;
            }
        }

        return new WorkResult(done, moreDue);
    }
}
