using Rollups.Domain;

namespace Rollups.EvmReader.Facts;

/// <summary>
/// The EpochSealed logs of one application that were read but are not all stored. A long range is read in steps, and its seals are used
/// together: only the newest shows which epoch takes the inputs at the head.
/// </summary>
/// <param name="first">First block that was or will be read.</param>
internal sealed class ReadSeals(ulong first)
{
    private readonly ulong _first = first;
    private readonly List<LogEntry> _logs = [];

    /// <summary>The logs, of the steps in their order.</summary>
    public IReadOnlyList<LogEntry> Logs => _logs;

    /// <summary>First block after those that were read.</summary>
    public ulong FirstUnread { get; private set; } = first;

    /// <summary>True if nothing is unknown between this block and <see cref="FirstUnread"/>.</summary>
    public bool ReachBackTo(ulong block) => _first <= block && block <= FirstUnread;

    /// <summary>Adds the logs of a step, in place of those that were read in its blocks before.</summary>
    /// <param name="logs">The logs; those before its first block are skipped.</param>
    /// <param name="from">First block of the step.</param>
    public void Add(IEnumerable<LogEntry> logs, ulong from)
    {
        _logs.RemoveAll(log => log.BlockNumber >= from);
        _logs.AddRange(logs.Where(log => log.BlockNumber >= from));
    }

    /// <summary>Every seal up to and including this block is known: the next step begins after it.</summary>
    public void CompleteStep(ulong block) => FirstUnread = Math.Max(FirstUnread, block + 1);
}
