using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Facts;
using Rollups.EvmReader.Head;
using Rollups.Persistence;

namespace Rollups.EvmReader.History;

/// <summary>
/// Compares the newest stored seal of each PRT application with the epoch that its contract names at the head, and determines which
/// seal to read next. One query where blocks can be replaced, none where they are final.
/// </summary>
internal sealed partial class CheckSeals(IServiceScopeFactory scopes, ChainPolicy chain, ApplicationSight sight, ILogger logger)
{
    // The logs that do not match the contract, as a log line and readiness name them.
    private const string Kind = "stored seals";

    /// <summary>
    /// The next seal of each application whose stored seals match L1, and the applications whose seals contradict it. An application
    /// that is in neither could not be judged at this head.
    /// </summary>
    public async Task<(IReadOnlyDictionary<int, NextSeal> Next, IReadOnlyList<ReplacedHistory> Replaced)> RunAsync(
        ObservedHead head,
        IEnumerable<ObservedApplication> applications,
        CancellationToken cancellationToken
    )
    {
        var (next, replaced) = (new Dictionary<int, NextSeal>(), new List<ReplacedHistory>());
        var prt = applications.Where(app => app.Consensus == ConsensusType.Prt && app.Facts.Sealed is not null).ToList();
        var stored = await StoredAsync(prt, cancellationToken);
        foreach (var app in prt)
        {
            var (current, seal) = (app.Facts.Sealed!, stored.GetValueOrDefault(app.Id));
            var number = seal?.Number + 1 ?? app.NextSeal;
            if (seal?.ContradictedBy(current, head.Block) is { } contradiction)
            {
                if (!seal.MayBeTakenBack)
                    replaced.Add(new ReplacedHistory(app, contradiction));
                else if (sight.Doubts(app, Kind))
                    LogInDoubt(logger, app.Name, app.Address, contradiction);
            }
            else if (current.Number + 1 < number)
            {
                if (sight.Doubts(app, Kind))
                    LogCounterBelow(logger, app.Name, app.Address, current.Number, head.Block, number - 1);
            }
            else
            {
                sight.LacksNothing(app, Kind);
                next[app.Id] = new NextSeal(
                    number,
                    // Includes the newest stored seal if it can be replaced: the transaction that stores the next seal compares it.
                    seal?.Block
                        ?? Math.Max(app.SealCursor + 1, app.DeploymentBlock),
                    current.Number >= number
                );
            }
        }

        return (next, replaced);
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

    [LoggerMessage(
        21,
        LogLevel.Error,
        "Application {Name} ({Application}): its consensus has sealed epoch {OnChain} at block {Block}, but epoch {Stored} is stored as "
            + "sealed. The node reads nothing for it and checks again at every head. If this lasts, the endpoint or the database was "
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
        22,
        LogLevel.Warning,
        "Application {Name} ({Application}): {What}. The block of that seal can still be replaced. The node reads no inputs for it until "
            + "prt has checked whether the block is gone; then it reads the seal again."
    )]
    private static partial void LogInDoubt(ILogger logger, string name, Address application, string what);
}
