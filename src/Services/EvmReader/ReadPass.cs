using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
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
internal sealed partial class ReadPass(
    ObserveHead observe,
    ReadFacts readFacts,
    CheckHistory checkHistory,
    ReadLogs readLogs,
    ApplicationSight sight,
    StoreChanges store,
    ChainPolicy chain,
    LoadChainPolicy policy,
    ReaderMetrics metrics,
    IOptions<EvmReaderOptions> options,
    ILogger<ReadPass> logger
)
{
    private const string SealLogs = "EpochSealed logs";

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
        var inputs = await ReadInputsAsync(head, applications, seals, cancellationToken);
        var executed = await ReadExecutionsAsync(head, applications, cancellationToken);
        await store.IdleCursors.RunAsync(head, applications, cancellationToken);
        if (history.IsWhole)
            await policy.ComparedUpToAsync(head.Block, cancellationToken);
        return new WorkResult(changed + inputs.Done + executed, inputs.MoreDue || changed > 0);
    }

    /// <summary>The seals of each PRT application that are known up to the head; nothing may be stored for the others.</summary>
    private async Task<Dictionary<int, FoundSeals>> ReadSealsAsync(
        ObservedHead head,
        List<ObservedApplication> applications,
        IReadOnlyDictionary<int, NextSeal> next,
        CancellationToken cancellationToken
    )
    {
        foreach (var app in applications.Where(app => next.TryGetValue(app.Id, out var seal) && !seal.IsOnChain))
            sight.LacksNothing(app, SealLogs);
        var found = next.Where(pair => !pair.Value.IsOnChain).ToDictionary(pair => pair.Key, _ => new FoundSeals([], head.Block));
        foreach (var range in readLogs.PlanSeals(head, applications, next))
        {
            if (await readLogs.FetchSealsAsync(range, cancellationToken) is not { } logs)
                continue;
            foreach (var app in range.Applications)
            {
                var seals = FoundSeals.Check(logs[app.ConsensusAddress], next[app.Id], app.Facts.Sealed!, head.Block);
                if (seals.Problem is { } problem)
                {
                    Refuse(app, SealLogs, next[app.Id].From, head.Block, problem, seals.IsLacking);
                    continue;
                }

                sight.LacksNothing(app, SealLogs);
                found[app.Id] = seals;
            }
        }

        return found;
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

                if (range.To == head.Block)
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

    private void Refuse(ObservedApplication app, string kind, ulong from, ulong to, string problem, bool isLacking)
    {
        if (isLacking)
            sight.Lacks(app, kind, to, problem);
        else
            LogRefused(logger, app.Name, app.Address, from, to, problem);
    }

    /// <summary>
    /// Records which outputs were executed on L1, by any sender. Returns the number of transactions that changed something.
    /// </summary>
    private async Task<int> ReadExecutionsAsync(
        ObservedHead head,
        List<ObservedApplication> applications,
        CancellationToken cancellationToken
    )
    {
        var done = 0;
        foreach (var app in applications.Where(app => app.Facts.Executed == (app.State.Executed ?? 0)))
            sight.LacksNothing(app, StoreExecutions.Logs);
        foreach (var range in readLogs.PlanExecutions(head, applications))
        {
            if (await readLogs.FetchExecutionsAsync(range, cancellationToken) is not { } logs)
                continue;
            foreach (var (app, from) in range.Members)
            {
                var found = FoundExecutions.Check(logs[app.Address], from);
                if (found.Problem is { } problem)
                    LogRefused(logger, app.Name, app.Address, from, head.Block, problem);
                else
                    done += await store.Executions.RunAsync(
                        head,
                        app,
                        ExecutionBatch.Of(found.Events, head.Block, options.Value.MaxInputsPerTransaction),
                        cancellationToken
                    );
            }
        }

        return done;
    }

    [LoggerMessage(
        1,
        LogLevel.Error,
        "Application {Name} ({Application}), blocks {From} to {To}: {Problem}. Nothing is stored and its cursor stays; the node reads "
            + "these blocks again at the next head."
    )]
    private static partial void LogRefused(ILogger logger, string name, Address application, ulong from, ulong to, string problem);
}
