using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Reliability.Tests.Cluster;

namespace Rollups.Reliability.Tests.Check;

/// <summary>What is on chain: inputs, epochs, accepted claims, and every claim transaction that was mined, by application.</summary>
/// <param name="Inputs">Inputs in order.</param>
/// <param name="Epochs">
/// Epochs that the node is to bring to their end: those with an input on an Authority, those whose tournament was won under Dave.
/// </param>
/// <param name="Unfinished">
/// Epochs that may be stored besides, as they come to their end later: the one that is being decided under Dave, and the one that takes
/// inputs.
/// </param>
/// <param name="Accepted">Epochs with an accepted claim.</param>
/// <param name="ClaimTransactions">The epoch and the kind of each mined transaction that claims, joins or settles.</param>
internal sealed record ChainTruth(
    IReadOnlyList<InputAdded> Inputs,
    IReadOnlySet<ulong> Epochs,
    IReadOnlySet<ulong> Unfinished,
    IReadOnlySet<ulong> Accepted,
    IReadOnlyList<(ulong Epoch, string Kind)> ClaimTransactions
)
{
    // Of a burst, some megabytes.
    private const ulong BlocksAtOnce = 16;

    public static ulong EpochOf(ulong block) => block / NodeCluster.EpochLength;

    public static async Task<Dictionary<Address, ChainTruth>> ReadAsync(NodeCluster cluster, CancellationToken cancellationToken)
    {
        var chain = cluster.Anvil.Chain;
        var head = await chain.HeadAsync(cancellationToken);
        var transactions = await MinedClaims.ReadAsync(chain, head, cancellationToken);
        var truth = new Dictionary<Address, ChainTruth>();
        foreach (var (application, authority) in cluster.Applications)
        {
            var inputs = await InputsAsync(chain, application, head, cancellationToken);
            var accepted = await chain.Client.GetLogsAsync(
                new LogFilter(
                    [authority],
                    [
                        [ConsensusContract.ClaimAcceptedTopic],
                        [InputBoxContract.ApplicationTopic(application)],
                    ],
                    0,
                    head
                ),
                cancellationToken
            );
            truth[application] = new ChainTruth(
                inputs,
                inputs.Select(input => EpochOf(input.Log.BlockNumber)).ToHashSet(),
                new HashSet<ulong>(),
                accepted.Select(log => EpochOf(ConsensusContract.DecodeClaimAccepted(log).LastBlock)).ToHashSet(),
                transactions.OfAuthority(application)
            );
        }

        foreach (var (application, consensus) in cluster.DaveApplications)
        {
            var logs = await chain.Client.GetLogsAsync(
                new LogFilter(
                    [consensus],
                    [
                        [DaveConsensusContract.EpochSealedTopic],
                    ],
                    0,
                    head
                ),
                cancellationToken
            );
            var seals = logs.Select(DaveConsensusContract.DecodeEpochSealed).ToList();
            // A seal settles the epoch before it.
            var settled = seals.Where(seal => seal.Number > 0).Select(seal => seal.Number - 1).ToHashSet();
            truth[application] = new ChainTruth(
                await InputsAsync(chain, application, head, cancellationToken),
                settled,
                new HashSet<ulong> { (ulong)settled.Count, (ulong)settled.Count + 1 },
                settled,
                transactions.UnderDave(consensus, seals.ToDictionary(seal => seal.Tournament, seal => seal.Number))
            );
        }

        return truth;
    }

    /// <summary>Inputs of all applications together.</summary>
    public static async Task<int> CountInputsAsync(NodeCluster cluster, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var application in cluster.AllApplications)
            count += (int)
                new AbiReader(
                    await cluster.Anvil.Chain.Client.CallAsync(
                        InputBoxContract.GetNumberOfInputs(RollupsContracts.InputBox, application),
                        BlockTag.Latest,
                        cancellationToken
                    )
                ).Number(0, "inputs");
        return count;
    }

    private static async Task<List<InputAdded>> InputsAsync(
        DevnetChain chain,
        Address application,
        ulong head,
        CancellationToken cancellationToken
    )
    {
        var inputs = new List<InputAdded>();
        for (var from = 0UL; from <= head; from += BlocksAtOnce)
        {
            var filter = new LogFilter(
                [RollupsContracts.InputBox],
                [
                    [InputBoxContract.InputAddedTopic],
                    [InputBoxContract.ApplicationTopic(application)],
                ],
                from,
                Math.Min(head, from + BlocksAtOnce - 1)
            );
            inputs.AddRange((await chain.Client.GetLogsAsync(filter, cancellationToken)).Select(InputBoxContract.DecodeInputAdded));
        }

        return inputs;
    }
}
