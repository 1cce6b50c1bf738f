using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>What the machine left of consecutive inputs of one application.</summary>
/// <param name="ApplicationId">The application.</param>
/// <param name="At">Time of the change.</param>
/// <param name="Inputs">The results, in the order of the inputs' indexes, which have no gaps; one or more.</param>
/// <param name="Outputs">Their outputs, in the order of their indexes.</param>
/// <param name="Reports">Their reports, in the order of their indexes.</param>
/// <param name="States">The machine's states, in order; empty unless the application's consensus is PRT.</param>
public sealed record ResultRows(
    int ApplicationId,
    DateTimeOffset At,
    IReadOnlyList<InputResult> Inputs,
    IReadOnlyList<Output> Outputs,
    IReadOnlyList<Report> Reports,
    IReadOnlyList<StateHash> States
);
