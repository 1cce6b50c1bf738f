using Rollups.Domain;

namespace Rollups.Messaging;

/// <summary>
/// What caused the code that runs now, so that a transition can record it. It flows with the execution context, from the consumer or the
/// sync into the run that it asked for.
/// </summary>
/// <param name="Kind">Kind of cause.</param>
/// <param name="MessageId">The message, if an event is the cause.</param>
internal readonly record struct WorkCause(StepCause Kind, Guid? MessageId)
{
    private static readonly AsyncLocal<WorkCause?> Flow = new();

    /// <summary>The cause of the current run; a signal outside any run.</summary>
    public static WorkCause Current => Flow.Value ?? new WorkCause(StepCause.Signal, null);

    /// <summary>A consumer received a message: runs that it asks for have it as their cause.</summary>
    public static void Heard(Guid? messageId) => Flow.Value = new WorkCause(StepCause.Event, messageId);

    /// <summary>A run begins. One that continues an earlier run has that run's cause.</summary>
    public static void Begin(WorkTrigger trigger) =>
        Flow.Value = trigger switch
        {
            WorkTrigger.Startup => new WorkCause(StepCause.Startup, null),
            WorkTrigger.Sync => new WorkCause(StepCause.Sync, null),
            WorkTrigger.Retry => new WorkCause(StepCause.Retry, null),
            _ => Current,
        };
}
