namespace Rollups.Claimer;

/// <summary>What one application's claims are judged by: L1 as of one block.</summary>
/// <param name="Top">Number of the block at the configured tag.</param>
/// <param name="ConsensusChange">Why the application must stop, if it names another consensus contract than ours.</param>
/// <param name="Found">Claims up to that block.</param>
internal sealed record ClaimView(ulong Top, string? ConsensusChange, FoundClaims Found);
