using System.Collections.Concurrent;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Claimer;

/// <summary>
/// Reads the applications' claims from their consensus contracts. Each block is searched once: the search begins at the stored cursor (at
/// the application's deployment the first time) and goes on in memory from there, so its cost does not grow with history.
/// </summary>
internal sealed class ChainClaims(IEthereumClient client, ChainPolicy chain)
{
    // At a tag that is not final a block may still be replaced: the newest blocks are searched again.
    private const ulong MayBeReplaced = 32;

    private readonly ConcurrentDictionary<int, FoundClaims> _found = new();

    // Application to the epoch, and its round, whose claim is looked for: one that was taken back is searched anew.
    private readonly ConcurrentDictionary<int, (ulong Epoch, int Round)> _rounds = new();

    /// <summary>
    /// Searches up to that block; returns what is not judged yet. Null where the endpoint's nodes are not equally far: one has told of an
    /// acceptance, and another not of the submission in the same transaction, without which it would pass for somebody else's.
    /// </summary>
    public async Task<FoundClaims?> SearchAsync(Application application, ulong top, CancellationToken cancellationToken)
    {
        var found = _found.GetOrAdd(application.Id, _ => new FoundClaims(application.LastClaimCheckBlock));
        var again = chain.IsFinal ? 0 : MayBeReplaced;
        var from = Math.Max(application.DeploymentBlock, found.SearchedTo + 1 - Math.Min(again, found.SearchedTo));
        if (from > top)
        {
            // The chain is shorter than it was: what was found above is not there now.
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
        // The contracts accept while they are submitted to, so there is no acceptance without one.
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
    /// An epoch is looked at; where its claim was taken back since, by whichever process, what was found before holds no longer and the
    /// search begins anew.
    /// </summary>
    public void Begin(Application application, Epoch epoch)
    {
        var round = (epoch.Index, epoch.ClaimRound);
        if (epoch.ClaimRound > 0 && (!_rounds.TryGetValue(application.Id, out var known) || known != round))
            SearchAgain(application, epoch);
        _rounds[application.Id] = round;
    }

    /// <summary>
    /// Begins the search anew at the epoch's last block, before which it cannot have been claimed: the chain has a claim that the search
    /// has missed, as it does where an endpoint's nodes are not equally far.
    /// </summary>
    public void SearchAgain(Application application, Epoch epoch) => _found[application.Id] = new FoundClaims(epoch.LastBlock);
}
