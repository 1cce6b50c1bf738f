using System.Collections.Concurrent;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Claimer;

/// <summary>
/// Reads an application's claims from its consensus contract. A claim of an epoch can only stand behind the epoch's last block, so the search begins
/// there, and goes on where the last search of the same epoch ended: its cost does not grow with history.
/// </summary>
internal sealed class ChainClaims(IEthereumClient client)
{
    private readonly ConcurrentDictionary<int, (ulong Epoch, ulong SearchedTo)> _searched = new();

    public async Task<(IReadOnlyList<Claim> Submitted, IReadOnlyList<Claim> Accepted)> ReadAsync(Application application, Epoch epoch, ulong top, CancellationToken cancellationToken)
    {
        var from = epoch.LastBlock + 1;
        if (_searched.TryGetValue(application.Id, out var searched) && searched.Epoch == epoch.Index)
            from = Math.Max(from, searched.SearchedTo + 1);
        if (from > top)
            return ([], []);
        Address[] consensus = [application.ConsensusAddress];
        Hash32[] app = [ConsensusContract.ApplicationTopic(application.Address)];
        var accepted = await client.GetLogsAsync(new LogFilter(consensus, [[ConsensusContract.ClaimAcceptedTopic], app], from, top), cancellationToken);
        var submitted = await client.GetLogsAsync(new LogFilter(consensus, [[ConsensusContract.ClaimSubmittedTopic], null, app], from, top), cancellationToken);
        return ([.. submitted.Select(ConsensusContract.DecodeClaimSubmitted)], [.. accepted.Select(ConsensusContract.DecodeClaimAccepted)]);
    }

    /// <summary>Blocks up to that one have told nothing about this epoch.</summary>
    public void NothingUpTo(Application application, Epoch epoch, ulong block) => _searched[application.Id] = (epoch.Index, block);
}
