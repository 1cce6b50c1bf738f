namespace Rollups.Prt;

/// <summary>How a move went.</summary>
/// <param name="Step">What to do next.</param>
/// <param name="LookAt">Block from which a look is due though no log tells; <see cref="ulong.MaxValue"/> for none.</param>
internal readonly record struct Play(PlayStep Step, ulong LookAt = ulong.MaxValue);
