using Rollups.Contracts;

namespace Rollups.Messaging.Tests.Nodes;

/// <summary>Events of made-up applications.</summary>
internal static class Events
{
    public static string Application(int number) => $"0x{number:x40}";

    /// <summary>How many different ones there are: a copy of a message counts once.</summary>
    public static int Distinct(IReadOnlyList<EpochClosed> events) =>
        events.Select(closed => (closed.Application, closed.EpochIndex)).Distinct().Count();

    public static EpochClosed Closed(int application, int epoch) =>
        new()
        {
            ChainId = 31337,
            Application = Application(application),
            ApplicationName = $"echo-{application}",
            EpochIndex = (ulong)epoch,
            InputIndexLowerBound = 0,
            InputIndexUpperBound = 1,
            OccurredAt = DateTimeOffset.UtcNow,
        };

    public static EpochInputsProcessed Processed(EpochClosed closed) =>
        new()
        {
            ChainId = closed.ChainId,
            Application = closed.Application,
            ApplicationName = closed.ApplicationName,
            EpochIndex = closed.EpochIndex,
            MachineHash = "0x00",
            InputIndexUpperBound = closed.InputIndexUpperBound,
            OccurredAt = DateTimeOffset.UtcNow,
        };
}
