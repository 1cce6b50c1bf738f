namespace Rollups.Domain;

/// <summary>
/// One transition of an epoch, with what caused it: written in the transaction of the transition, so every status that an epoch ever had
/// has its step. Key: (application, epoch, round, status).
/// </summary>
public sealed class EpochStep
{
    /// <summary>Application of the epoch.</summary>
    public int ApplicationId { get; set; }

    /// <summary>Index of the epoch.</summary>
    public ulong EpochIndex { get; set; }

    /// <summary>Round of the claim, 0 until L1 reverts one.</summary>
    public int Round { get; set; }

    /// <summary>Status that the epoch got.</summary>
    public EpochStatus Status { get; set; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>What caused the run that made the transition.</summary>
    public StepCause Cause { get; set; }

    /// <summary>The message that caused it; null unless an event did.</summary>
    public Guid? CauseMessageId { get; set; }

    /// <summary>The message that announces the transition.</summary>
    public Guid MessageId { get; set; }

    /// <summary>W3C trace context of the transition's span; null if nothing collected traces.</summary>
    public string? TraceParent { get; set; }
}
