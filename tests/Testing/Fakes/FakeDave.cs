using System.Buffers.Binary;
using System.Numerics;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Testing.Fakes;

/// <summary>
/// One application's consensus and tournaments, as Dave has them as of any block. All who join do so with one result, so there are no
/// matches: those are in the tests on Anvil.
/// </summary>
public sealed class FakeDave : IFakeContract
{
    /// <summary>Blocks for which a tournament takes commitments.</summary>
    public const ulong Allowance = 20;

    private static readonly uint CanSettle = Selector("canSettle()"),
        IsClosed = Selector("isClosed()"),
        Bond = Selector("bondValue()"),
        Level = Selector("tournamentLevelConstants()");
    private static readonly uint Arguments = Selector("tournamentArguments()"),
        Commitment = Selector("getCommitment(bytes32)"),
        TimeFinished = Selector("timeFinished()");
    private static readonly uint Result = Selector("arbitrationResult()"),
        JoinedCount = Selector("getCommitmentJoinedCount()");
    private static readonly uint Join = Selector("joinTournament(bytes32,bytes32[],bytes32,bytes32)"),
        Settle = Selector("settle(uint256,bytes32,bytes32[])");

    private readonly FakeChain _chain;
    private readonly List<FakeSeal> _seals = [];
    private readonly List<FakeJoining> _joins = [];

    /// <summary>Deploys it on the chain, with epoch 0 sealed in the head; the bond of a settled tournament has been paid back.</summary>
    public FakeDave(FakeChain chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        _chain = chain;
        chain.Deploy(Consensus, this);
        // A settlement has paid the bond back by the time that anybody asks for it.
        chain.Balance = account => _seals.Exists(seal => seal.Tournament == account) ? BigInteger.Zero : BigInteger.Pow(10, 18);
        SealNext(chain.Head, Hash32.Zero, Hash32.Zero, FakeChain.HashOf("deployment"));
    }

    /// <summary>Address of the consensus contract.</summary>
    public static Address Consensus { get; } = FakeChain.AddressOf(20);

    /// <summary>All sealed epochs, the one that is being decided last.</summary>
    public IReadOnlyList<FakeSeal> Seals => _seals;

    /// <summary>All commitments, in order.</summary>
    public IReadOnlyList<FakeJoining> Joins => _joins;

    /// <summary>The epoch that is being decided.</summary>
    public FakeSeal Current => _seals[^1];

    /// <summary>Whether anybody has joined the current tournament.</summary>
    public bool IsJoined => _joins.Any(join => join.Tournament == Current.Tournament);

    /// <summary>
    /// Mines the pool and empty blocks; a tournament that nobody has joined stays open, as it could never be settled.
    /// </summary>
    public void Mine(ulong blocks = 1)
    {
        for (var block = 0UL; block < blocks && (IsJoined || _chain.Pool > 0 || _chain.Head + 2 < Current.Block + Allowance); block++)
            _chain.Mine();
    }

    /// <inheritdoc />
    public CallOutcome? Call(CallRequest call, BlockTag tag, ulong block)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (Selector(call.Data) == Join || Selector(call.Data) == Settle)
            return null;
        var (data, revert) = Ask(call, block);
        return revert is null ? new CallOutcome(data, null) : new CallOutcome(null, FakeChain.Reverted("eth_call", Encode(revert)));
    }

    /// <inheritdoc />
    public byte[]? Refuses(CallRequest call, ulong block) => RefusalOf(call, block) is { } error ? Encode(error) : null;

    /// <inheritdoc />
    public void Forget()
    {
        _seals.RemoveRange(1, _seals.Count - 1);
        _joins.Clear();
    }

    /// <summary>What a call as of that block returns, or the error that it reverts with.</summary>
    private (byte[] Data, string? Revert) Ask(CallRequest call, ulong block)
    {
        var selector = Selector(call.Data);
        var seal = _seals.Last(seal => seal.Block <= block && (call.To == Consensus || call.To == seal.Tournament));
        var joins = _joins.Where(join => join.Tournament == seal.Tournament && join.Block <= block).ToList();
        var isClosed = block >= seal.Block + Allowance;
        if (isClosed && joins.Count == 0 && (selector == CanSettle || selector == Result))
            return ([], "TournamentFailedNoWinner()");
        var (winner, state) = isClosed && joins.Count > 0 ? (joins[0].Commitment, joins[0].State) : default;
        if (selector == CanSettle)
            return (Words(AbiValue.Of(isClosed ? 1UL : 0), AbiValue.Of(seal.Number), AbiValue.Of(winner)), null);
        if (selector == Result)
            return (Words(AbiValue.Of(isClosed ? 1UL : 0), AbiValue.Of(winner), AbiValue.Of(state)), null);
        if (selector == TimeFinished)
            return (Words(AbiValue.Of(isClosed ? 1UL : 0), AbiValue.Of(isClosed ? seal.Block + Allowance : 0)), null);
        if (selector == IsClosed)
            return (Words(AbiValue.Of(isClosed ? 1UL : 0)), null);
        if (selector == Level)
            return (Words(AbiValue.Of(3UL), AbiValue.Of(0UL), AbiValue.Of(44UL), AbiValue.Of(48UL)), null);
        if (selector == Arguments)
            return ([.. new byte[6 * 32], .. Words(AbiValue.Of(seal.Block), AbiValue.Of(Allowance))], null);
        if (selector == Commitment)
        {
            var join = joins.Find(join => join.Commitment == new AbiReader(call.Data.AsSpan(4)).Hash(0));
            return (Words(AbiValue.Of(join is null ? 0UL : 1UL), AbiValue.Of(0UL), AbiValue.Of(join?.State ?? default)), null);
        }

        return (
            Words(
                AbiValue.Of(
                    selector == Bond ? 1UL
                    : selector == JoinedCount ? (ulong)joins.Count
                    : 0UL
                )
            ),
            null
        );
    }

    /// <summary>The error that a transaction in that block would revert with.</summary>
    private string? RefusalOf(CallRequest call, ulong block)
    {
        var reader = new AbiReader(call.Data.AsSpan(4));
        if (Selector(call.Data) == Settle)
            return reader.Number(0, "epoch") != Current.Number ? "IncorrectEpochNumber(uint256,uint256)"
                : block < Current.Block + Allowance ? "TournamentNotFinishedYet()"
                : null;
        var seal = _seals.Single(seal => seal.Tournament == call.To);
        if (block >= seal.Block + Allowance)
            return "TournamentIsClosed()";
        var commitment = CommitmentOf(reader);
        return _joins.Exists(join => join.Tournament == call.To && join.Commitment == commitment) ? "Error:clock is initialized" : null;
    }

    /// <inheritdoc />
    public IReadOnlyList<FakeEvent> Execute(FakeTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var (hash, from, to, data, block) = transaction;
        var reader = new AbiReader(data.AsSpan(4));
        if (Selector(data) == Settle)
        {
            SealNext(block, _joins.First(join => join.Tournament == Current.Tournament).State, reader.Hash(1), hash);
            return [];
        }

        var join = new FakeJoining(to, block, CommitmentOf(reader), reader.Hash(0), hash);
        _joins.Add(join);
        return
        [
            new FakeEvent(
                [TournamentEvents.CommitmentJoinedTopic, new Hash32(FakeChain.Words(AbiValue.Of(from)))],
                FakeChain.Words(AbiValue.Of(join.Commitment), AbiValue.Of(join.State))
            ),
        ];
    }

    /// <summary>The epoch and the kind of what was taken into the pool, each transaction once, in order.</summary>
    public IReadOnlyList<(ulong Epoch, string Kind)> Sent() =>
        [
            .. _chain
                .Sent.Distinct()
                .Select(_chain.Signed)
                .Select(raw => FakeSigner.Read(raw))
                .Select(tx =>
                    Selector(tx.Data) == Join
                        ? (_seals.Single(seal => seal.Tournament == tx.To).Number, "join")
                        : (new AbiReader(tx.Data.AsSpan(4)).Number(0, "epoch"), "settlement")
                ),
        ];

    private void SealNext(ulong block, Hash32 state, Hash32 outputs, Hash32 transaction)
    {
        var tournament = FakeChain.AddressOf(1000 + _seals.Count);
        _chain.Deploy(tournament, this);
        _seals.Add(new FakeSeal((ulong)_seals.Count, block, tournament, state, outputs, transaction));
    }

    private static Hash32 CommitmentOf(AbiReader join) => Keccak256.Hash(join.Hash(2), join.Hash(3));

    private static byte[] Words(params ReadOnlySpan<AbiValue> values) => FakeChain.Words(values);

    private static byte[] Encode(string error) =>
        error.StartsWith("Error:", StringComparison.Ordinal)
            ? new AbiFunction("Error(string)").Encode(AbiValue.Of(System.Text.Encoding.ASCII.GetBytes(error[6..])))
            : new AbiFunction(error).Encode();

    private static uint Selector(string signature) => new AbiFunction(signature).Selector;

    private static uint Selector(byte[] data) => BinaryPrimitives.ReadUInt32BigEndian(data);
}

/// <summary>An epoch that was sealed, and with it how the one before was settled.</summary>
/// <param name="Number">Number of the epoch.</param>
/// <param name="Block">Block of the seal.</param>
/// <param name="Tournament">Where the epoch is decided.</param>
/// <param name="State">Machine's last state of the epoch before.</param>
/// <param name="Outputs">Root of the outputs of the epoch before.</param>
/// <param name="Transaction">The settlement of the epoch before.</param>
public sealed record FakeSeal(ulong Number, ulong Block, Address Tournament, Hash32 State, Hash32 Outputs, Hash32 Transaction);

/// <summary>A commitment in a tournament.</summary>
/// <param name="Tournament">The tournament.</param>
/// <param name="Block">Block in which it joined.</param>
/// <param name="Commitment">The commitment.</param>
/// <param name="State">The last state that it commits to.</param>
/// <param name="Transaction">The transaction that joined.</param>
public sealed record FakeJoining(Address Tournament, ulong Block, Hash32 Commitment, Hash32 State, Hash32 Transaction);
