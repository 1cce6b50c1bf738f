using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary>What caused a stage.</summary>
/// <param name="Kind">An event, a signal from outside the node, a start, a sync or a retry.</param>
/// <param name="CausedByMessageId">The message that caused it; null unless an event did.</param>
/// <param name="MessageId">The message that announced the stage.</param>
/// <param name="TraceParent">W3C trace context of the transition; null if nothing collected traces.</param>
internal sealed record StageCause(StepCause Kind, Guid? CausedByMessageId, Guid MessageId, string? TraceParent)
{
    /// <summary>What is stored of it.</summary>
    public static StageCause? Of(EpochStep? step) =>
        step is null ? null : new(step.Cause, step.CauseMessageId, step.MessageId, step.TraceParent);
}
