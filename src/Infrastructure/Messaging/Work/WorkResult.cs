namespace Rollups.Messaging;

/// <summary>What a run did.</summary>
/// <param name="Done">Units of work that changed something.</param>
/// <param name="MoreDue">
/// True where the run stopped for fairness and more is due: the runner calls again after the other keys had their turn.
/// </param>
public readonly record struct WorkResult(int Done, bool MoreDue = false)
{
    /// <summary>Nothing was due.</summary>
    public static WorkResult Nothing => default;
}
