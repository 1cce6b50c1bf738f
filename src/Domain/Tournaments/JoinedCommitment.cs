namespace Rollups.Domain;

/// <summary>A commitment's clock and final state.</summary>
/// <param name="Allowance">
/// Blocks left on its clock: from <paramref name="StartBlock"/> on, or in total while it is paused; 0 if it has not joined.
/// </param>
/// <param name="StartBlock">Block at which the clock started; 0 while it is paused.</param>
/// <param name="FinalState">Its last leaf.</param>
public sealed record JoinedCommitment(ulong Allowance, ulong StartBlock, Hash32 FinalState)
{
    /// <summary>Whether the commitment is in the tournament.</summary>
    public bool HasJoined => Allowance != 0;

    /// <summary>Block from which on the running clock has expired; null while it is paused.</summary>
    public ulong? RunsOutAt => StartBlock == 0 ? null : StartBlock + Allowance;
}
