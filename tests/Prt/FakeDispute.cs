using System.Buffers.Binary;
using System.Text;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing.Fakes;

namespace Rollups.Prt.Tests;

/// <summary>
/// Two idle strangers in the tournament that is being decided: their match holds it up from the block on at which it lapses until
/// somebody eliminates it. It is played there, or one level down, where the tournament ends without a winner or with one that nobody
/// claims above. All else is as in the <see cref="FakeDave"/>.
/// </summary>
internal sealed class FakeDispute : IFakeContract
{
    public static readonly Hash32 One = FakeChain.HashOf("one stranger"),
        Two = FakeChain.HashOf("another stranger");

    private static readonly uint CanSettle = Selector("canSettle()"),
        TimeFinished = Selector("timeFinished()"),
        Result = Selector("arbitrationResult()"),
        Commitment = Selector("getCommitment(bytes32)");
    private static readonly uint Created = Selector("getMatchCreatedCount()"),
        Deleted = Selector("getMatchDeletedCount()"),
        InnerCount = Selector("getNewInnerTournamentCount()");
    private static readonly uint Level = Selector("tournamentLevelConstants()"),
        Arguments = Selector("tournamentArguments()");
    private static readonly uint Eliminate = Selector("eliminateMatchByTimeout((bytes32,bytes32))"),
        EliminateInner = Selector("eliminateInnerTournament(address)");

    private readonly FakeDave _dave;
    private readonly FakeChain _chain;
    private readonly ulong _lapsesAt;
    private readonly bool _isBelow;
    private readonly ulong? _winnerHas;
    private ulong? _deletedAt;

    /// <summary>The match begins in a new block.</summary>
    /// <param name="chain">L1.</param>
    /// <param name="dave">The application's consensus and tournaments.</param>
    /// <param name="lapsesIn">Blocks after which nobody can win the match.</param>
    /// <param name="isBelow">Whether it is decided one level down, from its first block on.</param>
    /// <param name="winnerHas">Blocks that the winner one level down has left; null for no winner.</param>
    public FakeDispute(FakeChain chain, FakeDave dave, ulong lapsesIn, bool isBelow = false, ulong? winnerHas = null)
    {
        chain.Head++;
        (_chain, _dave, _lapsesAt, _isBelow, _winnerHas) = (chain, dave, chain.Head + lapsesIn, isBelow, winnerHas);
        (Tournament, Epoch) = (dave.Current.Tournament, dave.Current.Number);
        chain.Deploy(Tournament, this);
        chain.Deploy(FakeDave.Consensus, this);
        chain.AddLog(
            Tournament,
            new FakeEvent([TournamentEvents.MatchCreatedTopic, Id, One, Two], FakeChain.Words(AbiValue.Of(Two))),
            chain.Head,
            FakeChain.HashOf("pairing")
        );
        BeganAt = chain.Head;
        if (!isBelow)
            return;
        chain.Deploy(Inner, this);
        chain.AddLog(
            Tournament,
            new FakeEvent([TournamentEvents.NewInnerTournamentTopic, Id, new Hash32(FakeChain.Words(AbiValue.Of(Inner)))], []),
            chain.Head,
            FakeChain.HashOf("sealing")
        );
    }

    public static Address Inner { get; } = FakeChain.AddressOf(5000);

    public static Hash32 Id { get; } = TournamentContract.MatchIdHash(One, Two);

    public Address Tournament { get; }

    private ulong Epoch { get; }

    private ulong BeganAt { get; }

    /// <summary>Somebody else eliminates the match.</summary>
    public void EliminateBy(Address stranger) => _chain.Send(stranger, Tournament, TournamentContract.EliminateMatchByTimeout(One, Two));

    /// <inheritdoc />
    public CallOutcome? Call(CallRequest call, BlockTag tag, ulong block)
    {
        var selector = Selector(call.Data);
        if (IsElimination(call))
            return null;
        if (call.To == FakeDave.Consensus)
            return selector == CanSettle && IsLive(block)
                ? Words(AbiValue.Of(0UL), AbiValue.Of(Epoch), AbiValue.Of(Hash32.Zero))
                : _dave.Call(call, tag, block);
        if (call.To == Inner)
            return BelowSays(selector, block);
        if (call.To != Tournament)
            return _dave.Call(call, tag, block);
        if (selector == TimeFinished && IsLive(block))
            return Words(AbiValue.Of(0UL), AbiValue.Of(0UL));
        if (selector == Result && IsLive(block))
            return Words(AbiValue.Of(0UL), AbiValue.Of(Hash32.Zero), AbiValue.Of(Hash32.Zero));
        if (selector == Created)
            return Words(AbiValue.Of(block >= BeganAt ? 1UL : 0));
        if (selector == Deleted)
            return Words(AbiValue.Of(block >= _deletedAt ? 1UL : 0));
        if (selector == Commitment && new AbiReader(call.Data.AsSpan(4)).Hash(0) is var root && (root == One || root == Two))
            // Ten blocks are left to the one that thinks, as many to the other; neither thinks while others play one level down.
            return Words(AbiValue.Of(10UL), AbiValue.Of(root == One && !_isBelow ? _lapsesAt - 20 : 0), AbiValue.Of(Hash32.Zero));
        if (selector == InnerCount)
            return Words(AbiValue.Of(_isBelow && block >= BeganAt ? 1UL : 0));
        return _dave.Call(call, tag, block);
    }

    /// <inheritdoc />
    public byte[]? Refuses(CallRequest call, ulong block) =>
        !IsElimination(call) ? _dave.Refuses(call, block)
        : !IsLive(block) ? new AbiFunction("Error(string)").Encode(AbiValue.Of(Encoding.ASCII.GetBytes("match does not exist")))
        : block < _lapsesAt || Selector(call.Data) != (_isBelow ? EliminateInner : Eliminate)
            ? new AbiFunction(_isBelow ? "ChildTournamentCannotBeEliminated()" : "BothClocksHaveNotTimedOut()").Encode()
        : null;

    /// <inheritdoc />
    public IReadOnlyList<FakeEvent> Execute(FakeTransaction transaction)
    {
        if (Selector(transaction.Data) != Eliminate && Selector(transaction.Data) != EliminateInner)
            return _dave.Execute(transaction);
        _deletedAt = transaction.Block;
        return
        [
            new FakeEvent(
                [TournamentEvents.MatchDeletedTopic, Id, One, Two],
                FakeChain.Words(AbiValue.Of(_isBelow ? 2UL : 1UL), AbiValue.Of(0UL))
            ),
        ];
    }

    /// <summary>The tournament one level down, in which this process sees no match.</summary>
    private CallOutcome BelowSays(uint selector, ulong block)
    {
        var endsAt = _lapsesAt - (_winnerHas ?? 0);
        if (selector == Level)
            return Words(AbiValue.Of(3UL), AbiValue.Of(1UL), AbiValue.Of(27UL), AbiValue.Of(17UL));
        if (selector == Arguments)
            return new CallOutcome([.. new byte[6 * 32], .. FakeChain.Words(AbiValue.Of(BeganAt), AbiValue.Of(endsAt - BeganAt))], null);
        if (selector == TimeFinished)
            return Words(AbiValue.Of(block >= endsAt ? 1UL : 0), AbiValue.Of(block >= endsAt ? endsAt : 0));
        if (selector == Result && block >= endsAt)
            return _winnerHas is null
                ? new CallOutcome(null, FakeChain.Reverted("eth_call", new AbiFunction("TournamentFailedNoWinner()").Encode()))
                : Words(AbiValue.Of(1UL), AbiValue.Of(Two), AbiValue.Of(Hash32.Zero));
        return selector == Commitment
            ? Words(AbiValue.Of(_winnerHas ?? 0), AbiValue.Of(0UL), AbiValue.Of(Hash32.Zero))
            : Words(AbiValue.Of(0UL), AbiValue.Of(0UL), AbiValue.Of(0UL));
    }

    private bool IsLive(ulong block) => block >= BeganAt && !(block >= _deletedAt);

    private static bool IsElimination(CallRequest call) => Selector(call.Data) == Eliminate || Selector(call.Data) == EliminateInner;

    private static CallOutcome Words(params ReadOnlySpan<AbiValue> values) => new(FakeChain.Words(values), null);

    private static uint Selector(string signature) => new AbiFunction(signature).Selector;

    private static uint Selector(byte[] data) => BinaryPrimitives.ReadUInt32BigEndian(data);
}
