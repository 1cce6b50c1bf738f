using MassTransit;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>Saga instance of one epoch: which stages it has reached, and when. Written by the Lifecycle service alone.</summary>
public sealed class EpochLifecycleState : SagaStateMachineInstance, ISagaVersion
{
    /// <summary>Name-based UUID of (chain id, application address, epoch index).</summary>
    public Guid CorrelationId { get; set; }

    /// <summary>Concurrency token: grows with every change.</summary>
    public int Version { get; set; }

    /// <summary>Name of the state: Opened, Closed, InputsProcessed, ClaimCalculated, ClaimSubmitted, Accepted or Rejected.</summary>
    public string CurrentState { get; set; } = "";

    /// <summary>EIP-155 chain id.</summary>
    public ulong ChainId { get; set; }

    /// <summary>Application contract.</summary>
    public Address Application { get; set; }

    /// <summary>Name for people.</summary>
    public string ApplicationName { get; set; } = "";

    /// <summary>Index of the epoch.</summary>
    public ulong EpochIndex { get; set; }

    /// <summary>When the epoch was opened.</summary>
    public DateTimeOffset? OpenedAt { get; set; }

    /// <summary>When its list of inputs became final.</summary>
    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>When the machine had processed its last input.</summary>
    public DateTimeOffset? InputsProcessedAt { get; set; }

    /// <summary>When its claim was computed.</summary>
    public DateTimeOffset? ClaimCalculatedAt { get; set; }

    /// <summary>When its claim was found on L1.</summary>
    public DateTimeOffset? ClaimSubmittedAt { get; set; }

    /// <summary>When L1 accepted its claim.</summary>
    public DateTimeOffset? AcceptedAt { get; set; }

    /// <summary>When L1 accepted another claim.</summary>
    public DateTimeOffset? RejectedAt { get; set; }

    /// <summary>The claim.</summary>
    public Hash32? OutputsMerkleRoot { get; set; }

    /// <summary>L1 transaction of the claim.</summary>
    public Hash32? ClaimTransactionHash { get; set; }

    /// <summary>How often L1 has reverted the claim together with its block. The claim's columns belong to this round.</summary>
    public int ClaimRound { get; set; }

    /// <summary>When it was last reverted.</summary>
    public DateTimeOffset? ClaimRevertedAt { get; set; }

    /// <summary>Why the claim was rejected.</summary>
    public string? RejectionReason { get; set; }
}
