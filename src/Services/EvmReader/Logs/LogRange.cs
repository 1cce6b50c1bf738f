using Rollups.EvmReader.Facts;

namespace Rollups.EvmReader.Logs;

/// <summary>Applications whose logs are read in one eth_getLogs, and its blocks.</summary>
/// <param name="Members">The applications, at least one.</param>
/// <param name="To">Last block, inclusive.</param>
internal sealed record LogRange(IReadOnlyList<UnreadBlocks> Members, ulong To)
{
    /// <summary>First block, inclusive: the first that any member needs.</summary>
    public ulong From => Members.Min(member => member.From);

    /// <summary>The applications without their blocks.</summary>
    public IReadOnlyList<ObservedApplication> Applications => [.. Members.Select(member => member.Application)];
}
