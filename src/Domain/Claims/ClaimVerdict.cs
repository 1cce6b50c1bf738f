namespace Rollups.Domain;

/// <summary>Result of a comparison.</summary>
/// <param name="Standing">State of the claim.</param>
/// <param name="Claim">The claim that decided; null if missing.</param>
/// <param name="Ours">The submission that counts as ours, or null.</param>
/// <param name="Reason">For the operator, why the application must stop.</param>
public sealed record ClaimVerdict(ClaimStanding Standing, Claim? Claim, Claim? Ours, string? Reason);
