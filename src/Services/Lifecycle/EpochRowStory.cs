using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Lifecycle;

/// <summary>Writes the state of an epochs row into the saga: the table is the source of truth, events only announce it.</summary>
internal static class EpochRowStory
{
    /// <summary>
    /// Sets state and times from the row. Keeps an event's time for a reached stage for which the row has none; clears what a forged
    /// event wrote for a stage that was not reached.
    /// </summary>
    public static void Apply(EpochLifecycleState saga, Epoch row)
    {
        if (saga.ClaimRound != row.ClaimRound)
            EpochLifecycleStateMachine.BeginRound(saga, row.ClaimRound);
        saga.ClaimRevertedAt = row.ClaimRevertedAt;
        saga.CurrentState = StateOf(row.Status);
        saga.OpenedAt = row.OpenedAt;
        saga.ClosedAt = Time(row.ClosedAt, saga.ClosedAt, row.Status >= EpochStatus.Closed);
        saga.InputsProcessedAt = Time(row.InputsProcessedAt, saga.InputsProcessedAt, row.Status >= EpochStatus.InputsProcessed);
        saga.ClaimCalculatedAt = Time(row.ClaimCalculatedAt, saga.ClaimCalculatedAt, row.Status >= EpochStatus.ClaimCalculated);
        saga.ClaimSubmittedAt = Time(row.ClaimSubmittedAt, saga.ClaimSubmittedAt, row.Status >= EpochStatus.ClaimSubmitted);
        saga.AcceptedAt = row.Status == EpochStatus.ClaimAccepted ? row.ClaimSettledAt ?? saga.AcceptedAt : null;
        saga.RejectedAt = row.Status == EpochStatus.ClaimRejected ? row.ClaimSettledAt ?? saga.RejectedAt : null;
        // Before the claim is calculated, the row's root comes from the machine and is not yet a claim.
        saga.OutputsMerkleRoot = row.Status >= EpochStatus.ClaimCalculated ? row.OutputsMerkleRoot ?? saga.OutputsMerkleRoot : null;
        saga.ClaimTransactionHash =
            row.ClaimTransactionHash ?? (row.Status >= EpochStatus.ClaimSubmitted ? saga.ClaimTransactionHash : null);
        if (row.Status != EpochStatus.ClaimRejected)
            saga.RejectionReason = null;
    }

    /// <summary>Whether the row confirms the event: the stage was reached, at that time, with that claim.</summary>
    public static bool Confirms(Epoch row, IEpochEvent happened) =>
        happened switch
        {
            EpochOpened => Same(row.OpenedAt, happened.OccurredAt),
            EpochClosed => Same(row.ClosedAt, happened.OccurredAt),
            EpochInputsProcessed => Same(row.InputsProcessedAt, happened.OccurredAt),
            EpochClaimCalculated calculated => Same(row.ClaimCalculatedAt, happened.OccurredAt)
                && row.OutputsMerkleRoot?.ToString() == calculated.OutputsMerkleRoot,
            EpochClaimSubmitted submitted => row.ClaimRound == submitted.Round
                && Same(row.ClaimSubmittedAt, happened.OccurredAt)
                && row.OutputsMerkleRoot?.ToString() == submitted.OutputsMerkleRoot
                && row.ClaimTransactionHash?.ToString() == submitted.TransactionHash,
            EpochClaimReverted reverted => row.ClaimRound == reverted.Round
                && Same(row.ClaimRevertedAt, happened.OccurredAt)
                && row.OutputsMerkleRoot?.ToString() == reverted.OutputsMerkleRoot,
            EpochClaimAccepted accepted => row.ClaimRound == accepted.Round
                && row.Status == EpochStatus.ClaimAccepted
                && Same(row.ClaimSettledAt, happened.OccurredAt)
                && row.OutputsMerkleRoot?.ToString() == accepted.OutputsMerkleRoot,
            EpochClaimRejected rejected => row.ClaimRound == rejected.Round
                && row.Status == EpochStatus.ClaimRejected
                && Same(row.ClaimSettledAt, happened.OccurredAt)
                && row.OutputsMerkleRoot?.ToString() == rejected.OutputsMerkleRoot,
            _ => false,
        };

    /// <summary>
    /// Whether the event belongs to an earlier round of the claim: L1 reverted that claim, and the row with it, before the event was
    /// handled, so the event adds nothing.
    /// </summary>
    public static bool IsOver(Epoch row, IEpochEvent happened) =>
        happened switch
        {
            EpochClaimSubmitted submitted => submitted.Round < row.ClaimRound,
            EpochClaimAccepted accepted => accepted.Round < row.ClaimRound,
            EpochClaimRejected rejected => rejected.Round < row.ClaimRound,
            EpochClaimReverted reverted => reverted.Round < row.ClaimRound,
            _ => false,
        };

    /// <summary>Databases store times with less precision than messages.</summary>
    private static bool Same(DateTimeOffset? stored, DateTimeOffset reported) =>
        stored is { } time && (time - reported).Duration() < TimeSpan.FromMilliseconds(1);

    /// <summary>Names of all states, in the order of the stages.</summary>
    public static IReadOnlyList<string> States { get; } = [.. Enum.GetValues<EpochStatus>().Select(StateOf)];

    /// <summary>Names of the states that an epoch leaves again.</summary>
    public static string[] Unfinished { get; } =
    [
        .. Enum.GetValues<EpochStatus>()
            .Where(status => status is not (EpochStatus.ClaimAccepted or EpochStatus.ClaimRejected))
            .Select(StateOf),
    ];

    /// <summary>Name of the saga state for a status.</summary>
    public static string StateOf(EpochStatus status) =>
        status switch
        {
            EpochStatus.Open => nameof(EpochLifecycleStateMachine.Opened),
            EpochStatus.Closed => nameof(EpochLifecycleStateMachine.Closed),
            EpochStatus.InputsProcessed => nameof(EpochLifecycleStateMachine.InputsProcessed),
            EpochStatus.ClaimCalculated => nameof(EpochLifecycleStateMachine.ClaimCalculated),
            EpochStatus.ClaimSubmitted => nameof(EpochLifecycleStateMachine.ClaimSubmitted),
            EpochStatus.ClaimAccepted => nameof(EpochLifecycleStateMachine.Accepted),
            EpochStatus.ClaimRejected => nameof(EpochLifecycleStateMachine.Rejected),
            _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Unknown status of an epoch."),
        };

    private static DateTimeOffset? Time(DateTimeOffset? row, DateTimeOffset? reported, bool reached) => row ?? (reached ? reported : null);
}
