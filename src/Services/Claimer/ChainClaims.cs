using System.Collections.Concurrent;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Claimer;

/// <summary>
/// Reads the applications' claims from their consensus contracts. Each block is searched once: the search starts at the stored cursor (at
/// the application's deployment the first time) and continues in memory, so its cost does not grow with history.
/// </summary>
internal sealed class ChainClaims(IEthereumClient client, ChainPolicy chain)
{
    // At a tag that is not final, blocks may still be replaced: the newest ones are searched again.
    private const ulong MayBeReplaced = 32;

    private readonly ConcurrentDictionary<int, FoundClaims> _found = new();

    // Application to the epoch and round whose claim is searched for: after a revert the search starts anew.
    private readonly ConcurrentDictionary<int, (ulong Epoch, int Round)> _rounds = new();

    /// <summary>The first block that the application's next search reads.</summary>
    public ulong NextBlock(Application application) =>
        NextBlock(application, _found.TryGetValue(application.Id, out var found) ? found.SearchedTo : application.LastClaimCheckBlock);

    /// <summary>
    /// Searches up to that block; returns the claims not judged yet. Null if the endpoint's nodes are at different blocks: one returned
    /// an acceptance, and another lacks the submission in the same transaction, without which it would pass for another account's.
    /// </summary>
    public async Task<FoundClaims?> SearchAsync(Application application, ulong top, CancellationToken cancellationToken)
    {
        var from = NextBlock(application);
        var (submitted, accepted) = await ReadAsync([application], from, top, cancellationToken);
        return Add(new ClaimLogs(from, top, submitted, accepted), Found(application));
    }

    /// <summary>
    /// Adds claims that were read for several applications; returns those not judged yet. Null if they do not continue this application's
    /// search, or are of nodes at different blocks.
    /// </summary>
    public FoundClaims? Add(Application application, ClaimLogs logs)
    {
        var found = Found(application);
        var from = NextBlock(application, found.SearchedTo);
        return found.SearchedTo > logs.Top || from < logs.From ? null : Add(logs.Since(from), found);
    }

    /// <summary>
    /// The claims of these applications in a range, in chain order; none if it is empty. The application is the first indexed field of
    /// one event and the second of the other: two filters.
    /// </summary>
    public async Task<(IReadOnlyList<Claim> Submitted, IReadOnlyList<Claim> Accepted)> ReadAsync(
        IReadOnlyList<Application> applications,
        ulong from,
        ulong top,
        CancellationToken cancellationToken
    )
    {
        if (from > top)
            return ([], []);
        List<Address> consensus = [.. applications.Select(app => app.ConsensusAddress).Distinct()];
        List<Hash32> topics = [.. applications.Select(app => ConsensusContract.ApplicationTopic(app.Address))];
        var accepted = await client.GetLogsAsync(
            new LogFilter(
                consensus,
                [
                    [ConsensusContract.ClaimAcceptedTopic],
                    topics,
                ],
                from,
                top
            ),
            cancellationToken
        );
        var submitted = await client.GetLogsAsync(
            new LogFilter(
                consensus,
                [
                    [ConsensusContract.ClaimSubmittedTopic],
                    null,
                    topics,
                ],
                from,
                top
            ),
            cancellationToken
        );
        return (
            [.. submitted.Select(ConsensusContract.DecodeClaimSubmitted)],
            [.. accepted.Select(ConsensusContract.DecodeClaimAccepted)]
        );
    }

    /// <summary>
    /// Begins the work on an epoch. If any process has reverted its claim since, earlier findings are void and the search starts anew.
    /// </summary>
    public void Begin(Application application, Epoch epoch)
    {
        var round = (epoch.Index, epoch.ClaimRound);
        if (epoch.ClaimRound > 0 && (!_rounds.TryGetValue(application.Id, out var known) || known != round))
            SearchAgain(application, epoch);
        _rounds[application.Id] = round;
    }

    /// <summary>
    /// Restarts the search at the epoch's last block, before which it cannot have been claimed: the chain has a claim that the search
    /// missed, which happens if an endpoint's nodes are at different blocks.
    /// </summary>
    public void SearchAgain(Application application, Epoch epoch) => _found[application.Id] = new FoundClaims(epoch.LastBlock);

    private FoundClaims? Add(ClaimLogs logs, FoundClaims found)
    {
        if (!logs.IsConsistent)
            return null;
        // Where the chain is shorter than before, claims found above its end are not on it now.
        if (logs.From <= logs.Top || !chain.IsFinal)
            found.Replace(Math.Min(logs.From, logs.Top + 1), logs.Top, logs.Submitted, logs.Accepted);
        return found;
    }

    private FoundClaims Found(Application application) =>
        _found.GetOrAdd(application.Id, _ => new FoundClaims(application.LastClaimCheckBlock));

    private ulong NextBlock(Application application, ulong searchedTo)
    {
        var again = chain.IsFinal ? 0 : MayBeReplaced;
        return Math.Max(application.DeploymentBlock, searchedTo + 1 - Math.Min(again, searchedTo));
    }
}
