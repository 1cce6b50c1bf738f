using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Testing.Fakes;

/// <summary>A transaction that is in a block of a <see cref="FakeChain"/>.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="From">Who sent it.</param>
/// <param name="To">The contract.</param>
/// <param name="Data">Selector and arguments.</param>
/// <param name="Block">Number of its block.</param>
public sealed record FakeTransaction(Hash32 Hash, Address From, Address To, byte[] Data, ulong Block);

/// <summary>An event of a contract, before the chain gives it its place.</summary>
/// <param name="Topics">The event, and its indexed parameters.</param>
/// <param name="Data">The other parameters.</param>
public sealed record FakeEvent(Hash32[] Topics, byte[] Data);

/// <summary>How a contract on a <see cref="FakeChain"/> behaves.</summary>
public interface IFakeContract
{
    /// <summary>
    /// Answer to an eth_call that only reads; null where it has none, so that the chain tries the call out as a transaction.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="tag">The block that was asked for.</param>
    /// <param name="block">Its number.</param>
    CallOutcome? Call(CallRequest call, BlockTag tag, ulong block);

    /// <summary>Revert data of a transaction in that block; null where the contract takes it.</summary>
    byte[]? Refuses(CallRequest call, ulong block) => null;

    /// <summary>Executes a transaction that the contract takes.</summary>
    IReadOnlyList<FakeEvent> Execute(FakeTransaction transaction) => [];

    /// <summary>Undoes every transaction: those that remain after a reorganisation are executed once more.</summary>
    void Forget() { }
}
