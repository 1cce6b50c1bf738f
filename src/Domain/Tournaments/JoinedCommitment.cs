namespace Rollups.Domain;

/// <summary>A commitment's clock and final state.</summary>
/// <param name="Allowance">
/// Blocks that its clock has left from <paramref name="StartBlock"/> on, or altogether while it is paused; 0 where it has not joined.
/// </param>
/// <param name="StartBlock">Block at which the clock began to run; 0 while it is paused.</param>
/// <param name="FinalState">Its last leaf.</param>
public sealed record JoinedCommitment(ulong Allowance, ulong StartBlock, Hash32 FinalState)
{
    /// <summary>Whether the commitment is in the tournament.</summary>
    public bool HasJoined => Allowance != 0;

    /// <summary>Block from which on the running clock has nothing left; null while it is paused.</summary>
    public ulong? RunsOutAt => StartBlock == 0 ? null : StartBlock + Allowance;
}
