namespace Rollups.EvmReader.Facts;

/// <summary>
/// What the active reader remembers of one application between passes. Losing it costs time, never results. Only the pass reads and
/// writes it, one pass at a time; the health check reads nothing but <see cref="BlindSince"/>.
/// </summary>
internal sealed class ReadingState
{
    /// <summary>The facts that L1 did not return at the last head. Safe for concurrent use.</summary>
    public MissingFacts Missing { get; } = new();

    /// <summary>
    /// The logs that L1 did not give though its contracts count them, or gave with contradictions. Safe for concurrent use.
    /// </summary>
    public LackingLogs Lacking { get; } = new();

    /// <summary>Since when something that the application needs could not be read; null if nothing is missing.</summary>
    public long? BlindSince => ((long?[])[Missing.Since, Lacking.Since]).Min();

    /// <summary>The newest stored input; null if it is not loaded yet, or if there is none.</summary>
    public NewestInput? NewestInput { get; set; }

    /// <summary>
    /// True once the application was stopped because its stored history is gone from L1: nothing more is read for it in this term.
    /// </summary>
    public bool IsReplaced { get; set; }

    /// <summary>
    /// Last block read of a backlog, or null outside a backlog. It may be past the stored cursor: steps that found no input do not move
    /// the cursor.
    /// </summary>
    public ulong? ReadUpTo { get; private set; }

    /// <summary>
    /// True if the blocks after the cursor lacked inputs that the counter includes. The missing ones may be further back, so the next
    /// pass reads from the newest stored input on.
    /// </summary>
    public bool ReadsFromNewest { get; private set; }

    /// <summary>getNumberOfInputs when storing found a fault. Nothing is read while L1 has no newer input.</summary>
    public ulong? FaultyAt { get; set; }

    /// <summary>Number of stored executed outputs; null if it is not loaded yet.</summary>
    public ulong? Executed { get; set; }

    /// <summary>Index of an output that was executed on L1 but that the machine here has not produced yet.</summary>
    public ulong? AwaitedOutput { get; set; }

    /// <summary>
    /// Last block searched for executed outputs where a long range is read in steps, or while an output is awaited; otherwise null. It
    /// may be past the stored cursor, because only the counter at the head proves that no execution was missed.
    /// </summary>
    public ulong? OutputsReadUpTo { get; private set; }

    /// <summary>The seals that are not all stored, of a PRT application; null if there are none.</summary>
    public ReadSeals? Seals { get; set; }

    /// <summary>getNumberOfExecutedOutputs when an executed output differed from ours.</summary>
    public ulong? DivergedAt { get; set; }

    /// <summary>Every input up to and including a block is stored.</summary>
    /// <param name="block">The block.</param>
    /// <param name="head">The head: there, the backlog ends.</param>
    public void CompleteStep(ulong block, ulong head)
    {
        ReadUpTo = block == head ? null : block;
        if (block == head)
            ReadsFromNewest = false;
    }

    /// <summary>Every execution up to and including a block is recorded, as far as L1 gave the logs.</summary>
    public void CompleteOutputStep(ulong block) => OutputsReadUpTo = Math.Max(OutputsReadUpTo ?? 0, block);

    /// <summary>Executed outputs are read from the stored cursor on.</summary>
    public void RestartOutputs() => OutputsReadUpTo = null;

    /// <summary>The blocks that were read lacked an input: the backlog starts again at the cursor.</summary>
    public void Restart() => ReadUpTo = null;

    /// <summary>Reads from the newest stored input on at the next pass; false if that was already so.</summary>
    public bool ReadFromNewest()
    {
        var isNew = !ReadsFromNewest;
        ReadsFromNewest = true;
        return isNew;
    }
}
