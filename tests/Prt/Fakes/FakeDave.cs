using System.Buffers.Binary;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Prt.Tests.Fakes;

/// <summary>
/// One application's consensus and tournaments, as Dave has them as of any block. All who join do so with one result, so there are no
/// matches: those are in the tests on Anvil.
/// </summary>
internal sealed class FakeDave
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

    private readonly List<Seal> _seals = [];
    private readonly List<Joining> _joins = [];

    public static Address Consensus { get; } = AddressOf(20);

    public IReadOnlyList<Seal> Seals => _seals;

    public IReadOnlyList<Joining> Joins => _joins;

    /// <summary>The epoch that is being decided.</summary>
    public Seal Current => _seals[^1];

    /// <summary>Whether anybody has joined the current tournament.</summary>
    public bool IsJoined => _joins.Any(join => join.Tournament == Current.Tournament);

    public static Address AddressOf(int number)
    {
        var bytes = new byte[20];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), number);
        return new Address(bytes);
    }

    public static Hash32 HashOf(string text) => Keccak256.Hash(System.Text.Encoding.UTF8.GetBytes(text));

    public void SealNext(ulong block, Hash32 state, Hash32 outputs, Hash32 transaction) =>
        _seals.Add(new Seal((ulong)_seals.Count, block, AddressOf(1000 + _seals.Count), state, outputs, transaction));

    /// <summary>Whether it is a join or a settlement.</summary>
    public static bool IsMove(CallRequest call) => Selector(call.Data) == Join || Selector(call.Data) == Settle;

    /// <summary>What a call as of that block returns, or the error that it reverts with.</summary>
    public (byte[] Data, string? Revert) Ask(CallRequest call, ulong block)
    {
        var selector = Selector(call.Data);
        var seal = _seals.Last(seal => seal.Block <= block && (call.To == Consensus || call.To == seal.Tournament));
        var joins = _joins.Where(join => join.Tournament == seal.Tournament && join.Block <= block).ToList();
        var isClosed = block >= seal.Block + Allowance;
        if (isClosed && joins.Count == 0 && (selector == CanSettle || selector == Result))
            return ([], "TournamentFailedNoWinner()");
        var (winner, state) = isClosed ? (joins[0].Commitment, joins[0].State) : default;
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

    /// <summary>Whether a transaction of that block would be refused, and with what.</summary>
    public string? Refuses(CallRequest call, ulong block)
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

    /// <summary>What a transaction does that is not refused; the logs of it.</summary>
    public IReadOnlyList<LogEntry> Execute(CallRequest call, Address from, ulong block, Hash32 transaction)
    {
        var reader = new AbiReader(call.Data.AsSpan(4));
        if (Selector(call.Data) == Settle)
        {
            SealNext(block, _joins.First(join => join.Tournament == Current.Tournament).State, reader.Hash(1), transaction);
            return [];
        }

        var join = new Joining(call.To, block, CommitmentOf(reader), reader.Hash(0), transaction);
        _joins.Add(join);
        Hash32[] topics = [TournamentEvents.CommitmentJoinedTopic, new Hash32(Words(AbiValue.Of(from)))];
        return
        [
            new LogEntry(
                call.To,
                topics,
                Words(AbiValue.Of(join.Commitment), AbiValue.Of(join.State)),
                block,
                HashOf($"block {block}"),
                transaction,
                0
            ),
        ];
    }

    /// <summary>The epoch and the kind of a transaction, for what was sent.</summary>
    public (ulong Epoch, string Kind) Describe(CallRequest call) =>
        Selector(call.Data) == Join
            ? (_seals.Single(seal => seal.Tournament == call.To).Number, "join")
            : (new AbiReader(call.Data.AsSpan(4)).Number(0, "epoch"), "settlement");

    private static Hash32 CommitmentOf(AbiReader join) => Keccak256.Hash(join.Hash(2), join.Hash(3));

    private static byte[] Words(params ReadOnlySpan<AbiValue> values) => new AbiFunction("words()").Encode(values)[4..];

    private static uint Selector(string signature) => new AbiFunction(signature).Selector;

    private static uint Selector(byte[] data) => BinaryPrimitives.ReadUInt32BigEndian(data);
}

/// <summary>An epoch that was sealed, and with it how the one before was settled.</summary>
internal sealed record Seal(ulong Number, ulong Block, Address Tournament, Hash32 State, Hash32 Outputs, Hash32 Transaction);

/// <summary>A commitment in a tournament.</summary>
internal sealed record Joining(Address Tournament, ulong Block, Hash32 Commitment, Hash32 State, Hash32 Transaction);
