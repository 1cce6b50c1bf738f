using Rollups.Ethereum;

namespace Rollups.EvmReader.Inputs;

/// <summary>What the active reader remembers between passes to save work. Losing it costs time, never results; it is forgotten when the lease changes hands.</summary>
internal sealed class ReaderMemory
{
    private readonly Dictionary<int, ulong> _readUpTo = [];
    private readonly Dictionary<int, (ulong Index, Hash32 Hash)> _lastInputs = [];
    private readonly Dictionary<int, ulong> _faultyAt = [];
    private int _term;

    /// <summary>Number of executed outputs that are stored, by application.</summary>
    public Dictionary<int, ulong> Executed { get; } = [];

    /// <summary>Executed on L1 but not made here yet: the output's index, by application.</summary>
    public Dictionary<int, ulong> AwaitedOutputs { get; } = [];

    /// <summary>Applications whose executed outputs disagree, with the counter at which it was found.</summary>
    public Dictionary<int, ulong> DivergedAt { get; } = [];

    public bool ExecutedIsLoaded { get; set; }

    public void BeginTerm(int term)
    {
        if (_term == term)
            return;
        _term = term;
        _readUpTo.Clear();
        _lastInputs.Clear();
        _faultyAt.Clear();
        Executed.Clear();
        AwaitedOutputs.Clear();
        DivergedAt.Clear();
        ExecutedIsLoaded = false;
    }

    /// <summary>First block that is left to read: behind the cursor, steps of a backlog that found nothing to prove themselves with.</summary>
    public ulong FirstUnreadBlock(ObservedApplication app) =>
        _readUpTo.TryGetValue(app.Id, out var block) ? Math.Max(block + 1, app.FirstUnreadBlock) : app.FirstUnreadBlock;

    /// <summary>True in the midst of a backlog.</summary>
    public bool IsReading(int applicationId) => _readUpTo.ContainsKey(applicationId);

    public void ReadUpTo(int applicationId, ulong block) => _readUpTo[applicationId] = block;

    public void ForgetReading(int applicationId) => _readUpTo.Remove(applicationId);

    /// <summary>Hash of the newest stored input, if it is remembered.</summary>
    public Hash32? LastInputHash(ObservedApplication app) =>
        _lastInputs.TryGetValue(app.Id, out var last) && last.Index == app.LastInput ? last.Hash : null;

    public void RememberLastInput(int applicationId, ulong index, ReadOnlySpan<byte> data) => _lastInputs[applicationId] = (index, Keccak256.Hash(data));

    /// <summary>True where a fault was found and L1 has shown no new input since.</summary>
    public bool IsKnownFaulty(int applicationId, ulong inputsOnChain) => _faultyAt.TryGetValue(applicationId, out var count) && count == inputsOnChain;

    public void RememberFault(int applicationId, ulong inputsOnChain) => _faultyAt[applicationId] = inputsOnChain;
}
