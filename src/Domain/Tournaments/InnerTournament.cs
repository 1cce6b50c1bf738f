namespace Rollups.Domain;

/// <summary>The tournament that decides a match of the tournament above it.</summary>
/// <param name="Address">The tournament contract.</param>
/// <param name="LapsesAt">
/// Block from which on its result can no longer win the match above, so that any account may eliminate that match: where it ended
/// without a winner, or once its winner's clock has run out since; null while it is undecided.
/// </param>
public sealed record InnerTournament(Address Address, ulong? LapsesAt);
