using System.Diagnostics;
using System.Reflection;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>
/// Every transition of an epoch and of its application: one method per edge of the table of legal moves. Each method compares and sets the
/// status, writes the columns that belong to the transition with its time, publishes its event and records its cause, all in the unit's
/// transaction. Nothing else in the node writes a status or publishes an event, so neither exists without the other. The
/// database's triggers reject every other edge.
/// </summary>
/// <remarks>
/// Row and event have the same time, by which Lifecycle confirms the event. False always means that the row was not in the expected status
/// or round, that nothing was written, and that no event was published.
/// </remarks>
public sealed partial class EpochTransitions
{
    private readonly RollupsDbContext _db;
    private readonly IPublishEndpoint _publish;
    private readonly ulong _chainId;
    private readonly Action<Func<CancellationToken, Task>>? _onCommitted;
    private readonly Action<IReadOnlyList<Input>>? _addInputs;

    /// <param name="db">Context with the unit's open transaction.</param>
    /// <param name="publish">The outbox of that transaction.</param>
    /// <param name="chain">The chain that the events name.</param>
    /// <param name="onCommitted">Takes what the unit does once it is committed; null for a unit that moves no epoch.</param>
    /// <param name="addInputs">Takes the inputs that the unit inserts once its other rows are saved; null: it receives none.</param>
    internal EpochTransitions(
        RollupsDbContext db,
        IPublishEndpoint publish,
        ChainIdentity chain,
        Action<Func<CancellationToken, Task>>? onCommitted = null,
        Action<IReadOnlyList<Input>>? addInputs = null
    ) => (_db, _publish, _chainId, _onCommitted, _addInputs) = (db, publish, chain.ChainId, onCommitted, addInputs);

    private IQueryable<Epoch> Rows(int applicationId, ulong epochIndex) =>
        _db.Epochs.Where(row => row.ApplicationId == applicationId && row.Index == epochIndex);

    /// <summary>
    /// The epoch's row, if it is still in that status and in the round that was loaded: once L1 has reverted a claim, everything read about
    /// it is void.
    /// </summary>
    private IQueryable<Epoch> StillIn(EpochStatus status, Epoch loaded)
    {
        var round = loaded.ClaimRound;
        return Rows(loaded.ApplicationId, loaded.Index).Where(row => row.Status == status && row.ClaimRound == round);
    }

    /// <summary>
    /// The epoch's row, if what was read about it on L1 since it was loaded still holds: a settlement that L1 reverts is cleared without a
    /// new round where the claim itself is still there.
    /// </summary>
    private IQueryable<Epoch> StillAsJudged(Epoch loaded)
    {
        var settlement = loaded.SettlementBlockHash;
        return StillIn(loaded.Status, loaded).Where(row => row.SettlementBlockHash == settlement);
    }

    /// <summary>The one place where a status changes.</summary>
    /// <param name="expected">The row, if it is in the state that the transition expects; no row otherwise.</param>
    /// <param name="step">The transition, with the new status.</param>
    /// <param name="happened">The event; its time is the time of the transition.</param>
    /// <param name="write">Columns that change with the status, such as the time of the stage.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    private async Task<bool> MoveAsync<TEvent>(
        IQueryable<Epoch> expected,
        Step step,
        TEvent happened,
        Action<UpdateSettersBuilder<Epoch>, DateTimeOffset> write,
        CancellationToken cancellationToken
    )
        where TEvent : class, IEpochEvent
    {
        var (at, to) = (happened.OccurredAt, step.To);
        var moved = await expected.ExecuteUpdateAsync(
            set => write(set.SetProperty(row => row.Status, to).SetProperty(row => row.UpdatedAt, at), at),
            cancellationToken
        );
        if (moved == 0)
            return false;
        await PublishAsync(step, happened, cancellationToken);
        return true;
    }

    /// <summary>Publishes a transition's event in the epoch's trace, and records the transition with its cause.</summary>
    private async Task PublishAsync<TEvent>(Step step, TEvent happened, CancellationToken cancellationToken)
        where TEvent : class, IEpochEvent
    {
        using var span = EpochTrace.Continue(EventName<TEvent>.Value, step.Application.Address, happened.EpochIndex, step.TraceParent);
        var (cause, message) = (WorkCause.Current, NewId.NextGuid());
        span?.SetTag("rollups.cause", EnumNames.Of(cause.Kind)).SetTag("messaging.message.id", message.ToString());
        await _publish.Publish(happened, context => context.MessageId = message, cancellationToken);
        _db.Add(
            new EpochStep
            {
                ApplicationId = step.Application.Id,
                EpochIndex = happened.EpochIndex,
                Round = step.Round,
                Status = step.To,
                At = happened.OccurredAt,
                Cause = cause.Kind,
                CauseMessageId = cause.MessageId,
                MessageId = message,
                TraceParent = Activity.Current?.Id ?? step.TraceParent,
            }
        );
        if (step.Left is var (state, since))
            _onCommitted?.Invoke(_ =>
            {
                Telemetry.StageDuration.Record(
                    Math.Max(0, (happened.OccurredAt - since).TotalSeconds),
                    new KeyValuePair<string, object?>("state", EnumNames.Of(state))
                );
                return Task.CompletedTask;
            });
    }

    /// <summary>A transition of an epoch.</summary>
    /// <param name="Application">Its application.</param>
    /// <param name="To">New status.</param>
    /// <param name="Round">Round of the claim from then on.</param>
    /// <param name="TraceParent">The epoch's trace.</param>
    /// <param name="Left">The status that it leaves, and since when it had it; null if that is unknown.</param>
    private readonly record struct Step(
        Application Application,
        EpochStatus To,
        int Round,
        string? TraceParent,
        (EpochStatus State, DateTimeOffset Since)? Left
    )
    {
        /// <summary>A transition of an epoch as it was loaded.</summary>
        public static Step Of(Application application, Epoch loaded, EpochStatus to, int? round = null) =>
            new(
                application,
                to,
                round ?? loaded.ClaimRound,
                loaded.TraceParent,
                loaded.EnteredAt is { } since ? (loaded.Status, since) : null
            );
    }

    private static class EventName<TEvent>
    {
        public static readonly string Value = typeof(TEvent).GetCustomAttribute<EntityNameAttribute>()?.EntityName ?? typeof(TEvent).Name;
    }
}
