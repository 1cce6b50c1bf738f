namespace Rollups.Advancer;

/// <summary>Section <c>Services:Advancer</c>.</summary>
public sealed class AdvancerOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Services:Advancer";

    /// <summary>Inputs of one application in one turn, before the others have theirs.</summary>
    /// <value>The default is 500.</value>
    public int InputBatchSize { get; set; } = 500;

    /// <summary>Machines kept in memory; above that the one idle for longest is closed, and rebuilt when it is needed.</summary>
    /// <value>The default is 64.</value>
    public int ResidentMachines { get; set; } = 64;

    internal IEnumerable<string> Problems()
    {
        if (InputBatchSize is < 1 or > 100_000)
            yield return $"Services:Advancer:InputBatchSize is {InputBatchSize}: give a number from 1 to 100000.";
        if (ResidentMachines is < 1 or > 10_000)
            yield return $"Services:Advancer:ResidentMachines is {ResidentMachines}: give a number from 1 to 10000.";
    }
}
