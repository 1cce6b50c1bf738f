using System.Globalization;
using Rollups.Devnet;
using Rollups.Ethereum;
using Rollups.Reliability.Tests.Cluster;

namespace Rollups.Reliability.Tests.Check;

/// <summary>What is on chain: inputs, accepted claims, and every claim transaction that was mined, by application.</summary>
/// <param name="Inputs">Inputs in order.</param>
/// <param name="Accepted">Epochs with an accepted claim.</param>
/// <param name="ClaimTransactions">The epoch of each mined submitClaim, once a transaction.</param>
internal sealed record ChainTruth(IReadOnlyList<InputAdded> Inputs, IReadOnlySet<ulong> Accepted, IReadOnlyList<ulong> ClaimTransactions)
{
    /// <summary>Epochs that have an input.</summary>
    public IReadOnlySet<ulong> Epochs => Inputs.Select(input => EpochOf(input.Log.BlockNumber)).ToHashSet();

    public static ulong EpochOf(ulong block) => block / NodeCluster.EpochLength;

    public static async Task<Dictionary<Address, ChainTruth>> ReadAsync(NodeCluster cluster, CancellationToken cancellationToken)
    {
        var chain = cluster.Anvil.Chain;
        var head = await chain.HeadAsync(cancellationToken);
        var transactions = await ClaimTransactionsAsync(chain, head, cancellationToken);
        var truth = new Dictionary<Address, ChainTruth>();
        foreach (var (application, authority) in cluster.Applications)
        {
            var topic = InputBoxContract.ApplicationTopic(application);
            var inputs = await chain.Client.GetLogsAsync(new LogFilter([RollupsContracts.InputBox], [[InputBoxContract.InputAddedTopic], [topic]], 0, head), cancellationToken);
            var accepted = await chain.Client.GetLogsAsync(new LogFilter([authority], [[ConsensusContract.ClaimAcceptedTopic], [topic]], 0, head), cancellationToken);
            truth[application] = new ChainTruth(
                [.. inputs.Select(InputBoxContract.DecodeInputAdded)],
                accepted.Select(log => EpochOf(ConsensusContract.DecodeClaimAccepted(log).LastBlock)).ToHashSet(),
                [.. transactions.Where(claim => claim.Application == application).Select(claim => claim.Epoch)]);
        }

        return truth;
    }

    /// <summary>Reverted ones are in no log, so every block is looked through.</summary>
    private static async Task<List<(Address Application, ulong Epoch)>> ClaimTransactionsAsync(DevnetChain chain, ulong head, CancellationToken cancellationToken)
    {
        var selector = Hex.Encode(ConsensusContract.SubmitClaim(default, 0, default).AsSpan(0, 4));
        var found = new List<(Address, ulong)>();
        for (var block = 0UL; block <= head; block++)
        {
            var answer = await chain.RpcAsync("eth_getBlockByNumber", ["0x" + block.ToString("x", CultureInfo.InvariantCulture), true], cancellationToken);
            foreach (var transaction in answer!["transactions"]!.AsArray())
            {
                var data = transaction!["input"]!.GetValue<string>();
                if (!data.StartsWith(selector, StringComparison.Ordinal))
                    continue;
                var arguments = new AbiReader(Hex.Decode(data).AsSpan(4));
                found.Add((arguments.Address(0), EpochOf(arguments.Number(1, "last block"))));
            }
        }

        return found;
    }
}
