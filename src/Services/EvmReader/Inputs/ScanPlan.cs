using Rollups.Domain;

namespace Rollups.EvmReader.Inputs;

/// <summary>Decides which applications are read together.</summary>
internal static class ScanPlan
{
    /// <summary>
    /// Groups the items to read into few eth_getLogs calls. Ranges that begin far apart go to different groups, because a group is
    /// read from the first block that any of its members needs.
    /// </summary>
    /// <param name="items">The items to read.</param>
    /// <param name="contract">Contract that the members of a group share (the InputBox), or a constant.</param>
    /// <param name="from">First block to read.</param>
    /// <param name="maxItems">Maximum number of members per group.</param>
    /// <param name="maxSpread">Maximum number of blocks between the first blocks of a group's members.</param>
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
    /// Last block of the next step: the head, or a block up to which about <paramref name="maxInputs"/> of the missing inputs are
    /// expected.
    /// </summary>
    public static ulong StepEnd(ulong from, ulong head, ulong missingInputs, int maxInputs)
    {
        if (missingInputs <= (ulong)maxInputs)
            return head;
        var blocks = (UInt128)(head - from + 1) * (ulong)maxInputs / missingInputs;
        return from + (ulong)UInt128.Max(blocks, 1) - 1;
    }
}
