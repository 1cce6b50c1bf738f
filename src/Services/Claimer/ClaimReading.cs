namespace Rollups.Claimer;

/// <summary>What was read of L1 for one application, before its run: its contract still names our consensus.</summary>
/// <param name="Top">Number of the block at the configured tag.</param>
/// <param name="Logs">Its new claims.</param>
internal sealed record ClaimReading(ulong Top, ClaimLogs Logs);
