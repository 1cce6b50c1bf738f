using System.Buffers.Binary;
using Rollups.Ethereum;

namespace Rollups.Testing.Fakes;

/// <summary>A contract that answers calls as the test has it, whatever their arguments and block.</summary>
public sealed class ScriptedContract : IFakeContract
{
    private static readonly uint SupportsInterface = new AbiFunction("supportsInterface(bytes4)").Selector;
    private readonly Dictionary<uint, byte[]?> _answers = [];
    private readonly HashSet<uint> _interfaces = [];

    /// <summary>Answers the function so; null: reverts.</summary>
    public ScriptedContract Says(string function, byte[]? answer)
    {
        _answers[new AbiFunction(function).Selector] = answer;
        return this;
    }

    /// <summary>Supports an interface by ERC-165; a contract that supports none does not have supportsInterface.</summary>
    public void Supports(uint interfaceId) => _interfaces.Add(interfaceId);

    /// <inheritdoc />
    public CallOutcome? Call(CallRequest call, BlockTag tag, ulong block)
    {
        ArgumentNullException.ThrowIfNull(call);
        var selector = BinaryPrimitives.ReadUInt32BigEndian(call.Data);
        if (_answers.TryGetValue(selector, out var answer))
            return answer is null ? new CallOutcome(null, FakeChain.Reverted("eth_call", [])) : new CallOutcome(answer, null);
        if (selector != SupportsInterface || _interfaces.Count == 0)
            return null;
        var isSupported = _interfaces.Contains(BinaryPrimitives.ReadUInt32BigEndian(call.Data.AsSpan(4)));
        return new CallOutcome(FakeChain.Words(AbiValue.Of(isSupported ? 1ul : 0ul)), null);
    }
}
