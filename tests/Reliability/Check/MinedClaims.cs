using System.Globalization;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Reliability.Tests.Check;

/// <summary>
/// Every mined transaction that claims, joins a tournament or settles. Reverted ones are in no log, so every block is looked through.
/// </summary>
internal sealed class MinedClaims
{
    private static readonly string Claim = Selector(ConsensusContract.SubmitClaim(default, 0, default));
    private static readonly string Join = Selector(TournamentContract.JoinTournament(default, [], default, default));
    private static readonly string Settle = Selector(DaveConsensusContract.Settle(0, default, []));

    private readonly List<(Address To, string Selector, byte[] Arguments)> _mined = [];

    private MinedClaims() { }

    public static async Task<MinedClaims> ReadAsync(DevnetChain chain, ulong head, CancellationToken cancellationToken)
    {
        var found = new MinedClaims();
        for (var block = 0UL; block <= head; block++)
        {
            var answer = await chain.RpcAsync(
                "eth_getBlockByNumber",
                ["0x" + block.ToString("x", CultureInfo.InvariantCulture), true],
                cancellationToken
            );
            foreach (var transaction in answer!["transactions"]!.AsArray())
            {
                var data = transaction!["input"]!.GetValue<string>();
                if (
                    new[] { Claim, Join, Settle }.FirstOrDefault(selector => data.StartsWith(selector, StringComparison.Ordinal)) is
                    { } selector
                )
                    found._mined.Add((Address.Parse(transaction["to"]!.GetValue<string>()), selector, Hex.Decode(data)[4..]));
            }
        }

        return found;
    }

    /// <summary>Claims of an application, to whatever Authority.</summary>
    public IReadOnlyList<(ulong Epoch, string Kind)> OfAuthority(Address application) =>
        [
            .. _mined
                .Where(mined => mined.Selector == Claim && new AbiReader(mined.Arguments).Address(0) == application)
                .Select(mined => (ChainTruth.EpochOf(new AbiReader(mined.Arguments).Number(1, "last block")), "claim")),
        ];

    /// <summary>Joins and settlements of an application.</summary>
    /// <param name="consensus">Its DaveConsensus.</param>
    /// <param name="tournaments">Its root tournaments, with their epochs.</param>
    public IReadOnlyList<(ulong Epoch, string Kind)> UnderDave(Address consensus, IReadOnlyDictionary<Address, ulong> tournaments) =>
        [
            .. _mined
                .Where(mined => mined.Selector == Join && tournaments.ContainsKey(mined.To))
                .Select(mined => (tournaments[mined.To], "join")),
            .. _mined
                .Where(mined => mined.Selector == Settle && mined.To == consensus)
                .Select(mined => (new AbiReader(mined.Arguments).Number(0, "epoch"), "settlement")),
        ];

    private static string Selector(byte[] call) => Hex.Encode(call.AsSpan(0, 4));
}
