namespace Rollups.Domain;

/// <summary>A claim as the consensus contract announced it.</summary>
/// <param name="Application">Application contract.</param>
/// <param name="LastBlock">Last block of the claimed epoch.</param>
/// <param name="OutputsMerkleRoot">The claim.</param>
/// <param name="Submitter">Account that submitted it; null for an acceptance.</param>
/// <param name="Log">The log it was read from.</param>
public sealed record Claim(Address Application, ulong LastBlock, Hash32 OutputsMerkleRoot, Address? Submitter, LogEntry Log);
