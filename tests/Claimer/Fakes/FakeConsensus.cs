using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Claimer.Tests.Fakes;

/// <summary>Authority or Quorum as 2.2.0 has them: which claims they take, refuse and accept.</summary>
internal sealed class FakeConsensus(Address address, ulong epochLength, params IReadOnlyList<Address> validators)
{
    private readonly Dictionary<(Address App, ulong Last), Dictionary<Address, Hash32>> _votes = [];
    private readonly HashSet<(Address App, ulong Last)> _accepted = [];

    public Address Address => address;

    /// <summary>Nothing was ever claimed.</summary>
    public void Forget()
    {
        _votes.Clear();
        _accepted.Clear();
    }

    public IReadOnlyList<Address> Validators => validators;

    /// <summary>Owner of an Authority; null for a Quorum.</summary>
    public Address? Owner { get; set; }

    /// <summary>The events of a claim in that block, or the revert.</summary>
    public (IReadOnlyList<(Hash32[] Topics, byte[] Data)> Events, byte[]? Revert) Submit(
        Address from,
        Address app,
        ulong last,
        Hash32 root,
        ulong block,
        bool isEstimate
    )
    {
        if (Owner is { } owner ? owner != from : !validators.Contains(from))
            return (
                [],
                Owner is null
                    ? Error("Error(string)", AbiValue.Of("Quorum: caller is not validator"u8))
                    : Error("OwnableUnauthorizedAccount(address)", AbiValue.Of(from))
            );
        if (last % epochLength != epochLength - 1)
            return ([], Error("NotEpochFinalBlock(uint256,uint256)", AbiValue.Of(last), AbiValue.Of(epochLength)));
        if (last >= block)
            return ([], Error("NotPastBlock(uint256,uint256)", AbiValue.Of(last), AbiValue.Of(block)));
        if (!_votes.TryGetValue((app, last), out var votes))
            votes = [];
        var voter = Owner ?? from;
        if (votes.TryGetValue(voter, out var vote))
            return Owner is null && vote == root
                ? ([], null)
                : ([], Error("NotFirstClaim(address,uint256)", AbiValue.Of(app), AbiValue.Of(last)));
        if (isEstimate)
            return ([], null);
        votes.Add(voter, root);
        _votes[(app, last)] = votes;
        byte[] data = FakeChain.Words(AbiValue.Of(last), AbiValue.Of(root));
        List<(Hash32[], byte[])> events =
        [
            (
                [
                    ConsensusContract.ClaimSubmittedTopic,
                    new Hash32(FakeChain.Words(AbiValue.Of(from))),
                    ConsensusContract.ApplicationTopic(app),
                ],
                data
            ),
        ];
        if (votes.Values.Count(other => other == root) >= 1 + (Owner is null ? validators.Count / 2 : 0) && _accepted.Add((app, last)))
            events.Add(([ConsensusContract.ClaimAcceptedTopic, ConsensusContract.ApplicationTopic(app)], data));
        return (events, null);
    }

    private static byte[] Error(string signature, params ReadOnlySpan<AbiValue> arguments) => new AbiFunction(signature).Encode(arguments);
}
