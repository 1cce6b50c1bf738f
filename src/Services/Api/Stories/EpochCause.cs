using Rollups.Domain;

namespace Rollups.Api.Stories;

/// <summary>What caused a stage.</summary>
internal sealed record EpochCause
{
    /// <summary>EVENT, SIGNAL (a block of L1, or a machine that is ready again), STARTUP, SYNC or RETRY.</summary>
    public required StepCause Kind { get; init; }

    /// <summary>The message that caused it; null unless an event did.</summary>
    public required Guid? CausedByMessageId { get; init; }

    /// <summary>The message that announced the stage.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>W3C trace context of the transition; null if nothing collected traces.</summary>
    public required string? TraceParent { get; init; }

    public static EpochCause? Of(EpochStep? step) =>
        step is null
            ? null
            : new EpochCause
            {
                Kind = step.Cause,
                CausedByMessageId = step.CauseMessageId,
                MessageId = step.MessageId,
                TraceParent = step.TraceParent,
            };
}
