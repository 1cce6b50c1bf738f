namespace Rollups.Prt;

/// <summary>Outcome of a move.</summary>
/// <param name="Step">What to do next.</param>
/// <param name="LookAt">Block from which a check is due without a log; <see cref="ulong.MaxValue"/> for none.</param>
internal readonly record struct Play(PlayStep Step, ulong LookAt = ulong.MaxValue);
