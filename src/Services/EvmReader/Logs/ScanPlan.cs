using Rollups.Domain;

namespace Rollups.EvmReader.Logs;

/// <summary>Decides which applications are read together, and how far.</summary>
internal static class ScanPlan
{
    /// <summary>
    /// Groups applications into few eth_getLogs calls. Ranges that begin far apart go to different groups, because a group is read from
    /// the first block that any of its members needs.
    /// </summary>
    /// <param name="applications">The applications to read.</param>
    /// <param name="contract">Contract that the members of a group share (the InputBox), or a constant.</param>
    /// <param name="maxApplications">Maximum number of members per group.</param>
    /// <param name="maxSpread">Maximum number of blocks between the first blocks of a group's members.</param>
    public static List<List<UnreadBlocks>> Group(
        IEnumerable<UnreadBlocks> applications,
        Func<UnreadBlocks, Address> contract,
        int maxApplications,
        int maxSpread
    )
    {
        var groups = new List<List<UnreadBlocks>>();
        foreach (var ofContract in applications.GroupBy(contract))
        {
            List<UnreadBlocks>? group = null;
            foreach (var item in ofContract.OrderBy(item => item.From))
            {
                if (group is null || group.Count == maxApplications || item.From - group[0].From > (ulong)maxSpread)
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
