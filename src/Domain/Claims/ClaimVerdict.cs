namespace Rollups.Domain;

/// <summary>A comparison's outcome.</summary>
/// <param name="Standing">How far.</param>
/// <param name="Claim">The claim that decided; null while missing.</param>
/// <param name="Ours">The submission that counts as ours; null where there is none.</param>
/// <param name="Reason">For the operator, where the application must stop.</param>
public sealed record ClaimVerdict(ClaimStanding Standing, Claim? Claim, Claim? Ours, string? Reason);
