using System.Linq.Expressions;
using MassTransit;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Lifecycle;

/// <summary>
/// The lifecycle of one epoch, from its first input to the verdict of L1. It only moves forward, by claim round and then by stage: a
/// claim reverted on L1 begins a new round. A late event adds its data to its round, or nothing if that round is over, and does not
/// change the state, so reordered, duplicate or missing events lead to the same result. The first event, whichever it is, creates the
/// instance.
/// </summary>
public sealed class EpochLifecycleStateMachine : MassTransitStateMachine<EpochLifecycleState>
{
    /// <summary>Defines the transitions, stage by stage.</summary>
    public EpochLifecycleStateMachine()
    {
        InstanceState(epoch => epoch.CurrentState);

        Stage(Opened, () => EpochOpened, (epoch, opened) => epoch.OpenedAt = Earlier(epoch.OpenedAt, opened.OccurredAt));

        Stage(Closed, () => EpochClosed, (epoch, closed) => epoch.ClosedAt = Earlier(epoch.ClosedAt, closed.OccurredAt));

        Stage(
            InputsProcessed,
            () => EpochInputsProcessed,
            (epoch, processed) => epoch.InputsProcessedAt = Earlier(epoch.InputsProcessedAt, processed.OccurredAt)
        );

        Stage(
            ClaimCalculated,
            () => EpochClaimCalculated,
            (epoch, calculated) =>
            {
                epoch.ClaimCalculatedAt = Earlier(epoch.ClaimCalculatedAt, calculated.OccurredAt);
                epoch.OutputsMerkleRoot ??= Hash32.Parse(calculated.OutputsMerkleRoot);
            }
        );

        Stage(
            ClaimSubmitted,
            () => EpochClaimSubmitted,
            (epoch, submitted) =>
            {
                epoch.ClaimSubmittedAt = Earlier(epoch.ClaimSubmittedAt, submitted.OccurredAt);
                epoch.OutputsMerkleRoot ??= Hash32.Parse(submitted.OutputsMerkleRoot);
                epoch.ClaimTransactionHash ??= Hash32.Parse(submitted.TransactionHash);
            },
            submitted => submitted.Round
        );

        Stage(
            Accepted,
            () => EpochClaimAccepted,
            (epoch, accepted) =>
            {
                epoch.AcceptedAt = Earlier(epoch.AcceptedAt, accepted.OccurredAt);
                epoch.OutputsMerkleRoot ??= Hash32.Parse(accepted.OutputsMerkleRoot);
            },
            accepted => accepted.Round
        );

        Stage(
            Rejected,
            () => EpochClaimRejected,
            (epoch, rejected) =>
            {
                epoch.RejectedAt = Earlier(epoch.RejectedAt, rejected.OccurredAt);
                epoch.OutputsMerkleRoot ??= Hash32.Parse(rejected.OutputsMerkleRoot);
                epoch.RejectionReason ??= rejected.Reason;
            },
            rejected => rejected.Round
        );

        // Returns to the stage where the claim is known and nothing of it is on L1, in the new round.
        Stage(
            ClaimCalculated,
            () => EpochClaimReverted,
            (epoch, reverted) =>
            {
                epoch.ClaimRevertedAt = Earlier(epoch.ClaimRevertedAt, reverted.OccurredAt);
                epoch.OutputsMerkleRoot ??= Hash32.Parse(reverted.OutputsMerkleRoot);
            },
            reverted => reverted.Round
        );
    }

    /// <summary>Takes inputs.</summary>
    public State Opened { get; private set; } = null!;

    /// <summary>Its list of inputs is final.</summary>
    public State Closed { get; private set; } = null!;

    /// <summary>The machine has processed every input.</summary>
    public State InputsProcessed { get; private set; } = null!;

    /// <summary>Proofs and claim are stored.</summary>
    public State ClaimCalculated { get; private set; } = null!;

    /// <summary>Our claim is on L1.</summary>
    public State ClaimSubmitted { get; private set; } = null!;

    /// <summary>L1 accepted the claim.</summary>
    public State Accepted { get; private set; } = null!;

    /// <summary>L1 accepted another claim.</summary>
    public State Rejected { get; private set; } = null!;

    /// <summary>epoch.opened</summary>
    public Event<EpochOpened> EpochOpened { get; private set; } = null!;

    /// <summary>epoch.closed</summary>
    public Event<EpochClosed> EpochClosed { get; private set; } = null!;

    /// <summary>epoch.inputs_processed</summary>
    public Event<EpochInputsProcessed> EpochInputsProcessed { get; private set; } = null!;

    /// <summary>epoch.claim_calculated</summary>
    public Event<EpochClaimCalculated> EpochClaimCalculated { get; private set; } = null!;

    /// <summary>epoch.claim_submitted</summary>
    public Event<EpochClaimSubmitted> EpochClaimSubmitted { get; private set; } = null!;

    /// <summary>epoch.claim_accepted</summary>
    public Event<EpochClaimAccepted> EpochClaimAccepted { get; private set; } = null!;

    /// <summary>epoch.claim_rejected</summary>
    public Event<EpochClaimRejected> EpochClaimRejected { get; private set; } = null!;

    /// <summary>epoch.claim_reverted</summary>
    public Event<EpochClaimReverted> EpochClaimReverted { get; private set; } = null!;

    /// <summary>
    /// The stages in order. The two final ones exclude each other in the database; if both are reported, the rejection wins.
    /// </summary>
    private State[] Stages => [Opened, Closed, InputsProcessed, ClaimCalculated, ClaimSubmitted, Accepted, Rejected];

    /// <summary>Begins a round: clears the data of the previous claim, which was reverted.</summary>
    internal static void BeginRound(EpochLifecycleState epoch, int round)
    {
        epoch.ClaimRound = round;
        epoch.ClaimRevertedAt = null;
        epoch.ClaimSubmittedAt = null;
        epoch.ClaimTransactionHash = null;
        epoch.AcceptedAt = null;
        epoch.RejectedAt = null;
        epoch.RejectionReason = null;
    }

    /// <summary>
    /// The event moves the epoch to the stage from any earlier stage, in the same or an earlier round, and is recorded unless its
    /// round is over. Events that happen once, before the claim, have no round and are always recorded.
    /// </summary>
    private void Stage<TEvent>(
        State stage,
        Expression<Func<Event<TEvent>>> declared,
        Action<EpochLifecycleState, TEvent> write,
        Func<TEvent, int>? roundOf = null
    )
        where TEvent : class, IEpochEvent
    {
        Event(declared, correlation => correlation.CorrelateById(context => EpochCorrelation.Id(context.Message)));
        var happened = declared.Compile()();
        var position = Array.IndexOf(Stages, stage);
        During([Initial, .. Stages], When(happened).If(IsAhead, news => news.TransitionTo(stage)).Then(Record));

        bool IsAhead(BehaviorContext<EpochLifecycleState, TEvent> context)
        {
            var round = roundOf?.Invoke(context.Message) ?? 0;
            var at = Array.FindIndex(Stages, known => known.Name == context.Saga.CurrentState);
            return round > context.Saga.ClaimRound || (round == context.Saga.ClaimRound && position > at);
        }

        void Record(BehaviorContext<EpochLifecycleState, TEvent> context)
        {
            Identify(context.Saga, context.Message);
            var round = roundOf?.Invoke(context.Message);
            if (round > context.Saga.ClaimRound)
                BeginRound(context.Saga, round.Value);
            if (round is null || round == context.Saga.ClaimRound)
                write(context.Saga, context.Message);
        }
    }

    private static void Identify(EpochLifecycleState epoch, IEpochEvent about)
    {
        epoch.ChainId = about.ChainId;
        // A malformed address fails here and goes to the error queue; no instance is created for it.
        epoch.Application = Address.Parse(about.Application);
        epoch.ApplicationName = about.ApplicationName;
        epoch.EpochIndex = about.EpochIndex;
    }

    /// <summary>If two copies of an event have different times, the earlier one counts, whichever arrives first.</summary>
    private static DateTimeOffset Earlier(DateTimeOffset? known, DateTimeOffset reported) => known < reported ? known.Value : reported;
}
