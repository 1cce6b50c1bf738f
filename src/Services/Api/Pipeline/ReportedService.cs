using Rollups.Messaging;

namespace Rollups.Api.Pipeline;

/// <summary>A service in other processes, as they report it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="At">Time of the last report.</param>
/// <param name="Processes">Processes that have reported in the last minute.</param>
/// <param name="State">Its health: that of its worst process.</param>
/// <param name="Measures">Its figures; null if it is silent, because those of its last report are of the past.</param>
internal sealed record ReportedService(string Name, DateTimeOffset At, int Processes, ServiceState State, ServiceMeasures? Measures)
{
    /// <summary>Whether no process of it has reported for a minute.</summary>
    public bool IsSilent => Measures is null;
}
