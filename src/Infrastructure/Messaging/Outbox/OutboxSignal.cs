namespace Rollups.Messaging;

/// <summary>Why a lane is checked.</summary>
internal enum OutboxSignal
{
    /// <summary>A change with messages for the lane was committed.</summary>
    Commit,

    /// <summary>The lane's first message has failed, or waits for the broker.</summary>
    Retry,

    /// <summary>The sweep found a due message.</summary>
    Sweep,
}
