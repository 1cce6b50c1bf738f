namespace Rollups.Machines.Cartesi.Rpc;

/// <summary>Why <c>machine.run</c> returned.</summary>
internal enum BreakReason
{
    /// <summary>The target cycle is reached; it can run on.</summary>
    ReachedTarget,

    /// <summary>The server paused before the target for its own reasons; it can run on.</summary>
    Paused,

    /// <summary>An output, a report or a progress; nothing has to be sent back.</summary>
    YieldedAutomatically,

    /// <summary>The guest waits for a response.</summary>
    YieldedManually,

    /// <summary>The guest has halted.</summary>
    Halted,

    /// <summary>The cycle window of the request is used up.</summary>
    McycleOverflow,

    /// <summary>The emulator failed.</summary>
    Failed,
}
