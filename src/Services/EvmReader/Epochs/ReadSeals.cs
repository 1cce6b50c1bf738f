using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.History;
using Rollups.EvmReader.Inputs;
using Rollups.Persistence;

namespace Rollups.EvmReader.Epochs;

/// <summary>
/// Reads newly sealed epochs of PRT applications, for all applications in as few eth_getLogs calls as possible; an application whose
/// sealed epoch is already stored needs none. The contract's state at the head proves that no seal is missing.
/// </summary>
internal sealed partial class ReadSeals(
    IServiceScopeFactory scopes,
    IEthereumClient client,
    HaltReplaced halt,
    ChainPolicy chain,
    IOptions<EvmReaderOptions> options,
    ILogger<ReadSeals> logger
)
{
    /// <summary>
    /// The seals of each PRT application that could be read up to the head. An application that is not in the result could not be
    /// read; nothing may be stored for it.
    /// </summary>
    public async Task<IReadOnlyDictionary<int, FoundSeals>> RunAsync(ObservedHead head, CancellationToken cancellationToken)
    {
        var found = new Dictionary<int, FoundSeals>();
        var behind = new List<ObservedApplication>();
        var prt = head.Applications.Where(app => app.Consensus == ConsensusType.Prt).ToList();
        var stored = await StoredAsync(prt, cancellationToken);
        foreach (var app in prt)
        {
            if (head.Facts[app.Id].Sealed is not { } current)
                continue;
            var seal = stored.GetValueOrDefault(app.Id);
            var next = Next(app, seal);
            if (seal?.ContradictedBy(current, head.Block) is { } contradiction)
            {
                if (seal.MayBeTakenBack)
                    LogInDoubt(logger, app.Name, app.Address, contradiction);
                else
                    await halt.RunAsync(head.Lease, app, contradiction, cancellationToken);
            }
            else if (current.Number + 1 < next)
                LogCounterBelow(logger, app.Name, app.Address, current.Number, head.Block, next - 1);
            else if (current.Number + 1 == next)
                found[app.Id] = new FoundSeals([], head.Block);
            else
                behind.Add(app);
        }

        // Includes the newest stored seal if it can be replaced: the transaction that stores the next seal compares it.
        ulong From(ObservedApplication app) =>
            stored.GetValueOrDefault(app.Id)?.Block ?? Math.Max(app.SealCursor + 1, app.DeploymentBlock);
        foreach (
            var group in ScanPlan.Group(
                behind,
                _ => Address.Zero,
                From,
                options.Value.MaxApplicationsPerCall,
                options.Value.MaxBlockSpread
            )
        )
            await ScanAsync(group, From, app => Next(app, stored.GetValueOrDefault(app.Id)), head, found, cancellationToken);
        return found;
    }

    private async Task<Dictionary<int, StoredSeal>> StoredAsync(
        List<ObservedApplication> applications,
        CancellationToken cancellationToken
    )
    {
        if (chain.IsFinal || applications.Count == 0)
            return [];
        await using var scope = scopes.CreateAsyncScope();
        return await StoredSeals.LoadAsync(scope.ServiceProvider.GetRequiredService<RollupsDbContext>(), cancellationToken);
    }

    /// <summary>Number of the epoch that is sealed next; after reverted seals, an epoch that was sealed before.</summary>
    private static ulong Next(ObservedApplication app, StoredSeal? newest) => newest?.Number + 1 ?? app.NextSeal;

    private async Task ScanAsync(
        List<ObservedApplication> group,
        Func<ObservedApplication, ulong> first,
        Func<ObservedApplication, ulong> next,
        ObservedHead head,
        Dictionary<int, FoundSeals> found,
        CancellationToken cancellationToken
    )
    {
        var from = group.Min(first);
        ILookup<Address, LogEntry> logs;
        try
        {
            var fetched = await client.GetLogsAsync(
                new LogFilter(
                    [.. group.Select(app => app.ConsensusAddress)],
                    [
                        [DaveConsensusContract.EpochSealedTopic],
                    ],
                    from,
                    head.Block
                ),
                cancellationToken
            );
            logs = fetched.ToLookup(log => log.Address);
        }
        catch (EthereumRpcException exception)
        {
            LogScanFailed(logger, group.Count, from, head.Block, exception.Message);
            return;
        }

        foreach (var app in group)
        {
            try
            {
                var seals = logs[app.ConsensusAddress]
                    .Where(log => log.BlockNumber >= first(app))
                    .Select(DaveConsensusContract.DecodeEpochSealed)
                    .OrderBy(seal => seal.Number)
                    .ToList();
                if (Problem(next(app), seals, head.Facts[app.Id].Sealed!) is { } problem)
                    LogIncomplete(logger, app.Name, app.Address, first(app), head.Block, problem);
                else
                    found[app.Id] = new FoundSeals(seals, head.Block);
            }
            catch (AbiException exception)
            {
                LogIncomplete(logger, app.Name, app.Address, first(app), head.Block, exception.Message);
            }
        }
    }

    /// <summary>Why the list of seals must be incomplete, or null.</summary>
    private static string? Problem(ulong next, List<EpochSealed> seals, CurrentSealedEpoch current)
    {
        for (var i = 1; i < seals.Count; i++)
        {
            if (seals[i].Number != seals[i - 1].Number + 1 || seals[i].InputIndexLowerBound != seals[i - 1].InputIndexUpperBound)
                return $"the seal of epoch {seals[i].Number}, with inputs from {seals[i].InputIndexLowerBound} on, does not follow that of "
                    + $"epoch {seals[i - 1].Number}, with inputs up to {seals[i - 1].InputIndexUpperBound}";
        }

        if (seals.Count == 0 || seals[0].Number > next)
            return $"the seal of epoch {next} is missing: the first that the L1 node gave is "
                + $"{(seals.Count == 0 ? "none" : Invariant(seals[0].Number))}";
        var last = seals[^1];
        return
            (last.Number, last.InputIndexLowerBound, last.InputIndexUpperBound, last.Tournament)
            == (current.Number, current.InputIndexLowerBound, current.InputIndexUpperBound, current.Tournament)
            ? null
            : $"the contract names epoch {current.Number} with the tournament {current.Tournament}, but the newest seal that the L1 node "
                + $"gave is of epoch {last.Number} with {last.Tournament}";
    }

    private static string Invariant(ulong number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    [LoggerMessage(
        1,
        LogLevel.Error,
        "Application {Name} ({Application}): its consensus has sealed epoch {OnChain} at block {Block}, but epoch {Stored} is stored as "
            + "sealed. Nothing of it is read; it is looked at again at the next head. If this lasts, the endpoint or the database was "
            + "exchanged."
    )]
    private static partial void LogCounterBelow(
        ILogger logger,
        string name,
        Address application,
        ulong onChain,
        ulong block,
        ulong stored
    );

    [LoggerMessage(
        2,
        LogLevel.Error,
        "The sealed epochs of {Count} applications, blocks {From} to {To}, could not be read: {Error} Their cursors stay; the next head "
            + "reads again."
    )]
    private static partial void LogScanFailed(ILogger logger, int count, ulong from, ulong to, string error);

    [LoggerMessage(
        3,
        LogLevel.Error,
        "Application {Name} ({Application}), blocks {From} to {To}: {Problem}. Nothing is stored and its cursors stay; the next head reads "
            + "again."
    )]
    private static partial void LogIncomplete(ILogger logger, string name, Address application, ulong from, ulong to, string problem);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "Application {Name} ({Application}): {What}. The block of that seal can still be replaced. Nothing of it is read until prt has "
            + "looked whether it is gone; then the seal is read again."
    )]
    private static partial void LogInDoubt(ILogger logger, string name, Address application, string what);
}
