using System.Buffers.Binary;
using System.Text;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing.Fakes;

namespace Rollups.Prt.Tests;

/// <summary>
/// Two idle strangers in the tournament that is being decided: their match holds it up from the block on at which it lapses until
/// somebody eliminates it. All else is as in the <see cref="FakeDave"/>.
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
        Deleted = Selector("getMatchDeletedCount()");

    private readonly FakeDave _dave;
    private readonly FakeChain _chain;
    private readonly ulong _lapsesAt;
    private ulong? _deletedAt;

    /// <summary>The match begins in the head.</summary>
    public FakeDispute(FakeChain chain, FakeDave dave, ulong lapsesAt)
    {
        (_chain, _dave, _lapsesAt) = (chain, dave, lapsesAt);
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
    }

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
            // Ten blocks are left to the one that thinks, as many to the other.
            return Words(AbiValue.Of(10UL), AbiValue.Of(root == One ? _lapsesAt - 20 : 0), AbiValue.Of(Hash32.Zero));
        return _dave.Call(call, tag, block);
    }

    /// <inheritdoc />
    public byte[]? Refuses(CallRequest call, ulong block) =>
        !IsElimination(call) ? _dave.Refuses(call, block)
        : !IsLive(block) ? new AbiFunction("Error(string)").Encode(AbiValue.Of(Encoding.ASCII.GetBytes("match does not exist")))
        : block < _lapsesAt ? new AbiFunction("BothClocksHaveNotTimedOut()").Encode()
        : null;

    /// <inheritdoc />
    public IReadOnlyList<FakeEvent> Execute(FakeTransaction transaction)
    {
        if (Selector(transaction.Data) != Selector("eliminateMatchByTimeout((bytes32,bytes32))"))
            return _dave.Execute(transaction);
        _deletedAt = transaction.Block;
        return [new FakeEvent([TournamentEvents.MatchDeletedTopic, Id, One, Two], FakeChain.Words(AbiValue.Of(1UL), AbiValue.Of(0UL)))];
    }

    private bool IsLive(ulong block) => block >= BeganAt && !(block >= _deletedAt);

    private static bool IsElimination(CallRequest call) =>
        Selector(call.Data) == Selector("eliminateMatchByTimeout((bytes32,bytes32))");

    private static CallOutcome Words(params ReadOnlySpan<AbiValue> values) => new(FakeChain.Words(values), null);

    private static uint Selector(string signature) => new AbiFunction(signature).Selector;

    private static uint Selector(byte[] data) => BinaryPrimitives.ReadUInt32BigEndian(data);
}
