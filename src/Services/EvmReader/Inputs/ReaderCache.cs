using Rollups.EvmReader.History;

namespace Rollups.EvmReader.Inputs;

/// <summary>
/// What the active reader remembers between passes to save work. Losing it costs time, never results; it is cleared when the lease
/// changes hands.
/// </summary>
internal sealed class ReaderCache
{
    private readonly Dictionary<int, ulong> _readUpTo = [];
    private readonly Dictionary<int, NewestInput> _newestInputs = [];
    private readonly Dictionary<int, ulong> _faultyAt = [];
    private readonly HashSet<int> _replaced = [];
    private readonly HashSet<int> _fromNewest = [];
    private long _term;

    /// <summary>Number of stored executed outputs, by application.</summary>
    public Dictionary<int, ulong> Executed { get; } = [];

    /// <summary>Executed on L1 but not yet produced by the machine here: the output's index, by application.</summary>
    public Dictionary<int, ulong> AwaitedOutputs { get; } = [];

    /// <summary>Applications whose executed outputs diverge, with the counter at which the divergence was found.</summary>
    public Dictionary<int, ulong> DivergedAt { get; } = [];

    public bool ExecutedIsLoaded { get; set; }

    /// <summary>Subtracts executions that L1 reverted.</summary>
    public void ForgetExecuted(int applicationId, ulong count)
    {
        if (Executed.TryGetValue(applicationId, out var executed))
            Executed[applicationId] = executed - Math.Min(executed, count);
    }

    public void BeginTerm(long term)
    {
        if (_term == term)
            return;
        _term = term;
        _readUpTo.Clear();
        _newestInputs.Clear();
        _replaced.Clear();
        _fromNewest.Clear();
        _faultyAt.Clear();
        Executed.Clear();
        AwaitedOutputs.Clear();
        DivergedAt.Clear();
        ExecutedIsLoaded = false;
    }

    /// <summary>
    /// First block left to read. It may be past the cursor: backlog steps that found no input do not move the cursor.
    /// </summary>
    public ulong FirstUnreadBlock(ObservedApplication app) =>
        _readUpTo.TryGetValue(app.Id, out var block) ? Math.Max(block + 1, app.FirstUnreadBlock) : app.FirstUnreadBlock;

    /// <summary>True while a backlog is being read.</summary>
    public bool IsReading(int applicationId) => _readUpTo.ContainsKey(applicationId);

    public void ReadUpTo(int applicationId, ulong block) => _readUpTo[applicationId] = block;

    public void ForgetReading(int applicationId) => _readUpTo.Remove(applicationId);

    /// <summary>The newest stored input, if it is remembered.</summary>
    public NewestInput? NewestInput(ObservedApplication app) =>
        _newestInputs.TryGetValue(app.Id, out var newest) && newest.Index == app.LastInput ? newest : null;

    public void RememberNewestInput(int applicationId, NewestInput newest) => _newestInputs[applicationId] = newest;

    /// <summary>True if the application's history was found to be gone from L1: nothing more is read for it.</summary>
    public bool IsReplaced(int applicationId) => _replaced.Contains(applicationId);

    public void RememberReplaced(int applicationId) => _replaced.Add(applicationId);

    /// <summary>
    /// True if the blocks after the cursor lacked inputs that the counter includes: the missing ones may be further back.
    /// </summary>
    public bool ReadsFromNewest(int applicationId) => _fromNewest.Contains(applicationId);

    /// <summary>Reads on from the newest stored input instead of the cursor; false if that was already so.</summary>
    public bool ReadFromNewest(int applicationId) => _fromNewest.Add(applicationId);

    public void ReadFromCursor(int applicationId) => _fromNewest.Remove(applicationId);

    /// <summary>True if a fault was found and L1 has had no new input since.</summary>
    public bool IsKnownFaulty(int applicationId, ulong inputsOnChain) =>
        _faultyAt.TryGetValue(applicationId, out var count) && count == inputsOnChain;

    public void RememberFault(int applicationId, ulong inputsOnChain) => _faultyAt[applicationId] = inputsOnChain;
}
