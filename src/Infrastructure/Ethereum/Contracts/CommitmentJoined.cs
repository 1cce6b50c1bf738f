using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>A commitment joined.</summary>
/// <param name="Commitment">Root of its tree.</param>
/// <param name="FinalState">Its last leaf.</param>
/// <param name="Submitter">Account that joined with it and paid the bond.</param>
/// <param name="Log">The log it was read from.</param>
public sealed record CommitmentJoined(Hash32 Commitment, Hash32 FinalState, Address Submitter, LogEntry Log);
