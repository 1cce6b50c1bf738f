using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>
/// Every transition of an epoch and of its application: one method per edge of the table of legal moves. Each method compares and sets the
/// status, writes the columns that belong to the transition with its time, and publishes its event, all in the unit's transaction. Nothing
/// else in the node writes a status or publishes an event, so neither exists without the other. The database's triggers reject every other
/// edge.
/// </summary>
/// <remarks>
/// Row and event have the same time, by which Lifecycle confirms the event. False always means that the row was not in the expected status,
/// that nothing was written, and that no event was published.
/// </remarks>
public sealed partial class EpochTransitions
{
    private readonly RollupsDbContext _db;
    private readonly IPublishEndpoint _publish;
    private readonly ulong _chainId;

    /// <param name="db">Context with the unit's open transaction.</param>
    /// <param name="publish">The outbox of that transaction.</param>
    /// <param name="chain">The chain that the events name.</param>
    internal EpochTransitions(RollupsDbContext db, IPublishEndpoint publish, ChainIdentity chain) =>
        (_db, _publish, _chainId) = (db, publish, chain.ChainId);

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

    /// <summary>The one place where a status changes.</summary>
    /// <param name="expected">The row, if it is in the state that the transition expects; no row otherwise.</param>
    /// <param name="to">New status.</param>
    /// <param name="happened">The event; its time is the time of the transition.</param>
    /// <param name="write">Columns that change with the status, such as the time of the stage.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    private async Task<bool> MoveAsync<TEvent>(
        IQueryable<Epoch> expected,
        EpochStatus to,
        TEvent happened,
        Action<UpdateSettersBuilder<Epoch>, DateTimeOffset> write,
        CancellationToken cancellationToken
    )
        where TEvent : class, IEpochEvent
    {
        var at = happened.OccurredAt;
        var moved = await expected.ExecuteUpdateAsync(
            set => write(set.SetProperty(row => row.Status, to).SetProperty(row => row.UpdatedAt, at), at),
            cancellationToken
        );
        if (moved == 0)
            return false;
        await _publish.Publish(happened, cancellationToken);
        return true;
    }
}
