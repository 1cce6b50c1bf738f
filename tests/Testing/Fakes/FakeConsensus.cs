using System.Text;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Testing.Fakes;

/// <summary>Authority or Quorum as 2.2.0 has them: which claims they take, refuse and accept.</summary>
/// <param name="address">Address of the contract.</param>
/// <param name="epochLength">Blocks per epoch.</param>
/// <param name="validators">Validators of a Quorum; none for an Authority.</param>
public sealed class FakeConsensus(Address address, ulong epochLength, params IReadOnlyList<Address> validators) : IFakeContract
{
    private readonly Dictionary<(Address App, ulong Last), Dictionary<Address, Hash32>> _votes = [];
    private readonly HashSet<(Address App, ulong Last)> _accepted = [];

    /// <summary>Address of the contract.</summary>
    public Address Address => address;

    /// <summary>Owner of an Authority; null for a Quorum.</summary>
    public Address? Owner { get; set; }

    /// <summary>Owner as of a block that is named by number, which is the tag's view; null: <see cref="Owner"/>.</summary>
    public Address? SettledOwner { get; set; }

    /// <summary>Reason for which it refuses every claim; null: none.</summary>
    public string? Refusal { get; set; }

    /// <inheritdoc />
    public CallOutcome? Call(CallRequest call, BlockTag tag, ulong block)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (call.Data.AsSpan().SequenceEqual(QuorumContract.NumberOfValidators(address).Data))
            return new CallOutcome(FakeChain.Words(AbiValue.Of((ulong)validators.Count)), null);
        return Owner is { } owner && call.Data.AsSpan().SequenceEqual(ConsensusContract.Owner(address).Data)
            ? new CallOutcome(FakeChain.Words(AbiValue.Of(tag.IsNumber && SettledOwner is { } settled ? settled : owner)), null)
            : null;
    }

    /// <inheritdoc />
    public byte[]? Refuses(CallRequest call, ulong block)
    {
        ArgumentNullException.ThrowIfNull(call);
        var (app, last, root) = Arguments(call.Data);
        var from = call.From ?? Address.Zero;
        if (Refusal is { } refusal)
            return Error("Error(string)", AbiValue.Of(Encoding.UTF8.GetBytes(refusal)));
        if (Owner is { } owner && owner != from)
            return Error("OwnableUnauthorizedAccount(address)", AbiValue.Of(from));
        if (Owner is null && !validators.Contains(from))
            return Error("Error(string)", AbiValue.Of("Quorum: caller is not validator"u8));
        if (last % epochLength != epochLength - 1)
            return Error("NotEpochFinalBlock(uint256,uint256)", AbiValue.Of(last), AbiValue.Of(epochLength));
        if (last >= block)
            return Error("NotPastBlock(uint256,uint256)", AbiValue.Of(last), AbiValue.Of(block));
        return VoteOf(from, app, last) is not { } vote || (Owner is null && vote == root)
            ? null
            : Error("NotFirstClaim(address,uint256)", AbiValue.Of(app), AbiValue.Of(last));
    }

    /// <inheritdoc />
    public IReadOnlyList<FakeEvent> Execute(FakeTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var (app, last, root) = Arguments(transaction.Data);
        if (VoteOf(transaction.From, app, last) is not null)
            return [];
        if (!_votes.TryGetValue((app, last), out var votes))
            _votes[(app, last)] = votes = [];
        votes.Add(transaction.From, root);
        var data = FakeChain.Words(AbiValue.Of(last), AbiValue.Of(root));
        var submitter = new Hash32(FakeChain.Words(AbiValue.Of(transaction.From)));
        List<FakeEvent> events = [new([ConsensusContract.ClaimSubmittedTopic, submitter, ConsensusContract.ApplicationTopic(app)], data)];
        if (votes.Values.Count(other => other == root) >= 1 + (Owner is null ? validators.Count / 2 : 0) && _accepted.Add((app, last)))
            events.Add(new([ConsensusContract.ClaimAcceptedTopic, ConsensusContract.ApplicationTopic(app)], data));
        return events;
    }

    /// <inheritdoc />
    public void Forget()
    {
        _votes.Clear();
        _accepted.Clear();
    }

    private static (Address App, ulong Last, Hash32 Root) Arguments(byte[] data)
    {
        var reader = new AbiReader(data.AsSpan(4));
        return (reader.Address(0), reader.Number(1, "last block"), reader.Hash(2));
    }

    private static byte[] Error(string signature, params ReadOnlySpan<AbiValue> arguments) => new AbiFunction(signature).Encode(arguments);

    /// <summary>The claim of a validator; of an Authority whoever owned it then.</summary>
    private Hash32? VoteOf(Address from, Address app, ulong last) =>
        !_votes.TryGetValue((app, last), out var votes) || votes.Count == 0 ? null
        : Owner is not null ? votes.Values.First()
        : votes.TryGetValue(from, out var vote) ? vote
        : null;
}
