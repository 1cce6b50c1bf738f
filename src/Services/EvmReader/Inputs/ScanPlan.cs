using Rollups.Domain;

namespace Rollups.EvmReader.Inputs;

/// <summary>Which applications are read together.</summary>
internal static class ScanPlan
{
    /// <summary>
    /// Groups what has to be read into few eth_getLogs. Ranges that begin far apart go to different groups, because a group is read from
    /// the first block that any of its members needs.
    /// </summary>
    /// <param name="items">What has to be read.</param>
    /// <param name="contract">Members of a group share it (the InputBox), or a constant.</param>
    /// <param name="from">First block to read.</param>
    /// <param name="maxItems">Most members of a group.</param>
    /// <param name="maxSpread">Most blocks between the first blocks of a group's members.</param>
    public static List<List<T>> Group<T>(IEnumerable<T> items, Func<T, Address> contract, Func<T, ulong> from, int maxItems, int maxSpread)
    {
        var groups = new List<List<T>>();
        foreach (var ofContract in items.GroupBy(contract))
        {
            List<T>? group = null;
            foreach (var item in ofContract.OrderBy(from))
            {
                if (group is null || group.Count == maxItems || from(item) - from(group[0]) > (ulong)maxSpread)
                    groups.Add(group = []);
                group.Add(item);
            }
        }

        return groups;
    }

    /// <summary>
    /// Last block of the next step: the head, or so far that about <paramref name="maxInputs"/> of the missing inputs are to be expected.
    /// </summary>
    public static ulong StepEnd(ulong from, ulong head, ulong missingInputs, int maxInputs)
    {
        if (missingInputs <= (ulong)maxInputs)
            return head;
        var blocks = (UInt128)(head - from + 1) * (ulong)maxInputs / missingInputs;
        return from + (ulong)UInt128.Max(blocks, 1) - 1;
    }
}
