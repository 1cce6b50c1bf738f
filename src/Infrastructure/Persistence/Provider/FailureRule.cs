namespace Rollups.Persistence;

/// <summary>One line of a table of failures.</summary>
/// <param name="Failure">The class of the failure.</param>
/// <param name="Stale">Which connections are useless after it.</param>
/// <param name="Sentence">What happened, for operators, without subject-specific values: "the server ...".</param>
internal sealed record FailureRule(DatabaseFailure Failure, Stale Stale, string Sentence);
