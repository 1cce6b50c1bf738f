using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Reliability.Tests.Cluster;

namespace Rollups.Reliability.Tests.Check;

/// <summary>
/// Time under Dave is blocks: once the load is over, somebody has to let it pass until every input is in a settled epoch.
/// </summary>
internal sealed class Tournaments(NodeCluster cluster)
{
    /// <summary>
    /// The number of settled epochs when they have all inputs behind them; else null, and a tournament that the node has joined is brought
    /// to its end.
    /// </summary>
    public async Task<int?> SettledEpochsAsync(CancellationToken cancellationToken)
    {
        var chain = cluster.Anvil.Chain;
        var over = true;
        var settled = 0;
        foreach (var (application, consensus) in cluster.DaveApplications)
        {
            var current = DaveConsensusContract.DecodeCurrentSealedEpoch(
                await CallAsync(DaveConsensusContract.GetCurrentSealedEpoch(consensus))
            );
            settled += (int)current.Number;
            var inputs = new AbiReader(
                await CallAsync(InputBoxContract.GetNumberOfInputs(Devnet.RollupsContracts.InputBox, application))
            ).Number(0, "inputs");
            if (current.InputIndexLowerBound == inputs)
                continue;
            over = false;
            if (new AbiReader(await CallAsync(TournamentContract.GetCounters(current.Tournament)[0])).Number(0, "joins") == 0)
                continue;
            var (start, allowance) = TournamentContract.DecodeClock(await CallAsync(TournamentContract.Arguments(current.Tournament)));
            await chain.MineToAsync(start + allowance, cancellationToken);
        }

        return over ? settled : null;

        Task<byte[]> CallAsync(CallRequest call) => chain.Client.CallAsync(call, BlockTag.Latest, cancellationToken);
    }
}
