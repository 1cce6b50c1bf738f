namespace Rollups.Lifecycle.Metrics;

/// <summary>An application with unfinished epochs.</summary>
/// <param name="Name">Its name on this node.</param>
/// <param name="Inputs">Inputs that its epochs have.</param>
/// <param name="ProcessedInputs">Inputs that the machine has processed.</param>
/// <param name="OldestClosed">When its oldest unsettled epoch was closed; null if only an open one is unfinished.</param>
internal sealed record WaitingApplication(string Name, ulong Inputs, ulong ProcessedInputs, DateTimeOffset? OldestClosed);
