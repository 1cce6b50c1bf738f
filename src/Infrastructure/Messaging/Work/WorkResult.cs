namespace Rollups.Messaging;

/// <summary>The result of a run.</summary>
/// <param name="Done">Units of work that changed something.</param>
/// <param name="MoreDue">
/// True if the run stopped for fairness and more is due: the runner calls again after the other keys have had their turn.
/// </param>
public readonly record struct WorkResult(int Done, bool MoreDue = false)
{
    /// <summary>Nothing was due.</summary>
    public static WorkResult Nothing => default;
}
