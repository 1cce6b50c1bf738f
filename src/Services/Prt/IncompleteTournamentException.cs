namespace Rollups.Prt;

/// <summary>Logs and counters of a tournament contradict each other; the message names both.</summary>
internal sealed class IncompleteTournamentException(string message) : Exception(message);
