namespace Rollups.Messaging;

/// <summary>Why a run happened. The same procedure runs for each; only the metrics differ.</summary>
public enum WorkTrigger
{
    /// <summary>The service started.</summary>
    Startup,

    /// <summary>An event arrived, or another signal from outside such as a new L1 head.</summary>
    Event,

    /// <summary>The fallback sync.</summary>
    Sync,

    /// <summary>The previous run left work over.</summary>
    Continuation,

    /// <summary>The previous run failed.</summary>
    Retry,
}
