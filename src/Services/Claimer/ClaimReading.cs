namespace Rollups.Claimer;

/// <summary>What was read of L1 for one application, before its run.</summary>
/// <param name="Top">Number of the block at the configured tag.</param>
/// <param name="Validator">What the application answered to the question for its consensus contract; empty if it answered nothing.</param>
/// <param name="Logs">Its new claims.</param>
internal sealed record ClaimReading(ulong Top, byte[] Validator, ClaimLogs Logs);
