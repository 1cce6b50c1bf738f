namespace Rollups.Domain;

/// <summary>Why a service did what it did. Stored in upper case.</summary>
public enum StepCause
{
    /// <summary>An event of the node.</summary>
    Event,

    /// <summary>A signal from outside the node: a new block of L1, or a machine that is ready again.</summary>
    Signal,

    /// <summary>The service started.</summary>
    Startup,

    /// <summary>The fallback sync: no event had announced the work.</summary>
    Sync,

    /// <summary>The run before had failed.</summary>
    Retry,
}
