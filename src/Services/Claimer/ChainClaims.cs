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

    /// <summary>
    /// Searches up to that block; returns the claims not judged yet. Null if the endpoint's nodes are at different blocks: one returned
    /// an acceptance, and another lacks the submission in the same transaction, without which it would pass for another account's.
    /// </summary>
    public async Task<FoundClaims?> SearchAsync(Application application, ulong top, CancellationToken cancellationToken)
    {
        var found = _found.GetOrAdd(application.Id, _ => new FoundClaims(application.LastClaimCheckBlock));
        var again = chain.IsFinal ? 0 : MayBeReplaced;
        var from = Math.Max(application.DeploymentBlock, found.SearchedTo + 1 - Math.Min(again, found.SearchedTo));
        if (from > top)
        {
            // The chain is shorter than before: claims found above are not on it now.
            if (again > 0)
                found.Replace(top + 1, top, [], []);
            return found;
        }

        Address[] consensus = [application.ConsensusAddress];
        Hash32[] app = [ConsensusContract.ApplicationTopic(application.Address)];
        // The application is the first indexed field of one event and the second of the other: two filters.
        var accepted = await client.GetLogsAsync(
            new LogFilter(
                consensus,
                [
                    [ConsensusContract.ClaimAcceptedTopic],
                    app,
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
                    app,
                ],
                from,
                top
            ),
            cancellationToken
        );
        // The contracts accept only within a submission, so there is no acceptance without one.
        if (accepted.Select(log => log.TransactionHash).Except(submitted.Select(log => log.TransactionHash)).Any())
            return null;
        found.Replace(
            from,
            top,
            submitted.Select(ConsensusContract.DecodeClaimSubmitted),
            accepted.Select(ConsensusContract.DecodeClaimAccepted)
        );
        return found;
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
}
