namespace Rollups.Persistence;

/// <summary>One line of a table of failures.</summary>
/// <param name="Failure">What it says of the database.</param>
/// <param name="Stale">Which connections are worth nothing after it.</param>
/// <param name="Sentence">What happened, for operators, without subject-specific values: "the server ...".</param>
internal sealed record FailureRule(DatabaseFailure Failure, Stale Stale, string Sentence);
