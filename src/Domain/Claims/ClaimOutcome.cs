namespace Rollups.Domain;

/// <summary>A claim, or the fault that forbids it.</summary>
/// <param name="Root">The claim.</param>
/// <param name="FaultKind">Kind of fault, or null.</param>
/// <param name="FaultReason">For the operator.</param>
public sealed record ClaimOutcome(Hash32 Root, InoperableKind? FaultKind, string? FaultReason);
