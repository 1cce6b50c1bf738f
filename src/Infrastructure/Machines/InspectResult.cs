namespace Rollups.Machines;

/// <summary>Result of an inspect query.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reports">Raw reports in emission order, also those before a rejection or an exception.</param>
/// <param name="ExceptionData">Payload of the exception; non-null exactly for <see cref="InspectOutcome.Exception"/>.</param>
/// <param name="ProcessedInputs">Number of inputs that the state had completed when it saw the query.</param>
/// <param name="Error">Why it failed; null unless <see cref="InspectOutcome.Failed"/>.</param>
public sealed record InspectResult(
    InspectOutcome Outcome,
    IReadOnlyList<byte[]> Reports,
    byte[]? ExceptionData,
    ulong ProcessedInputs,
    string? Error = null
);
