using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Rollups.Contracts;
using Rollups.Domain;

namespace Rollups.Messaging;

/// <summary>From the first input of an epoch to its closed list of inputs: the transitions of the EvmReader.</summary>
public sealed partial class EpochTransitions
{
    // Rows that this unit has opened. When the unit saves, it inserts each in one statement, even if the epoch is already closed by
    // then.
    private readonly Dictionary<(int ApplicationId, ulong Index), Epoch> _opened = [];

    /// <summary>
    /// A new epoch, OPEN, and <c>epoch.opened</c>. The current span begins the epoch's trace. Runs no statement now: the
    /// unit inserts the row when it saves, together with its other rows. A second epoch of that index, or one that
    /// leaves a gap in <paramref name="virtualIndex"/>, fails the unit.
    /// </summary>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="bounds">Its blocks and inputs so far.</param>
    /// <param name="virtualIndex">The number of epochs before it.</param>
    /// <param name="at">Time of the transition.</param>
    /// <param name="cancellationToken">Cancels the publishing.</param>
    public Task OpenAsync(
        Application application,
        EpochBounds bounds,
        ulong virtualIndex,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        var row = new Epoch
        {
            ApplicationId = application.Id,
            Index = bounds.Index,
            VirtualIndex = virtualIndex,
            FirstBlock = bounds.FirstBlock,
            LastBlock = bounds.LastBlock,
            InputIndexLowerBound = bounds.InputIndexLowerBound,
            InputIndexUpperBound = bounds.InputIndexUpperBound,
            Status = EpochStatus.Open,
            TraceParent = Activity.Current?.Id,
            OpenedAt = at,
            CreatedAt = at,
            UpdatedAt = at,
        };
        _db.Add(row);
        _opened.Add((row.ApplicationId, row.Index), row);
        return PublishAsync(
            new Step(application, EpochStatus.Open, 0, row.TraceParent, Left: null),
            new EpochOpened
            {
                ChainId = _chainId,
                Application = application.Address.ToString(),
                ApplicationName = application.Name,
                EpochIndex = bounds.Index,
                FirstBlock = bounds.FirstBlock,
                LastBlock = bounds.LastBlock,
                OccurredAt = at,
            },
            cancellationToken
        );
    }

    /// <summary>
    /// New inputs of the application, and one <c>input.received</c> for all of them; without inputs, no event. Runs no statement now: the
    /// unit inserts the rows, all at once, when it has saved its other ones.
    /// </summary>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="inputs">The rows, in the order of their indexes.</param>
    /// <param name="at">Time of the change.</param>
    /// <param name="cancellationToken">Cancels the publishing.</param>
    public async Task ReceiveInputsAsync(
        Application application,
        IReadOnlyList<Input> inputs,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        if (inputs.Count == 0)
            return;
        if (_addInputs is null)
            throw new InvalidOperationException("Only a unit of work receives inputs.");
        _addInputs(inputs);
        await _publish.Publish(
            new InputReceived
            {
                ChainId = _chainId,
                Application = application.Address.ToString(),
                ApplicationName = application.Name,
                FirstInputIndex = inputs[0].Index,
                LastInputIndex = inputs[^1].Index,
                LastBlock = inputs[^1].BlockNumber,
                OccurredAt = at,
            },
            cancellationToken
        );
    }

    /// <summary>
    /// OPEN to CLOSED, and <c>epoch.closed</c>. Writes the time, the end of its blocks and inputs, and under PRT the tournament and, if the
    /// next seal is already known, the settlement. An epoch that this unit has opened needs no statement of its own.
    /// </summary>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="bounds">Its blocks and inputs, which are final now.</param>
    /// <param name="at">Time of the transition.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>False when the epoch was not OPEN: another unit of work closed it.</returns>
    public async Task<bool> CloseAsync(Application application, EpochBounds bounds, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var closed = new EpochClosed
        {
            ChainId = _chainId,
            Application = application.Address.ToString(),
            ApplicationName = application.Name,
            EpochIndex = bounds.Index,
            InputIndexLowerBound = bounds.InputIndexLowerBound,
            InputIndexUpperBound = bounds.InputIndexUpperBound,
            OccurredAt = at,
        };
        if (_opened.Remove((application.Id, bounds.Index), out var opened))
        {
            Close(opened, bounds, at);
            await PublishAsync(new Step(application, EpochStatus.Closed, 0, opened.TraceParent, Left: null), closed, cancellationToken);
            return true;
        }

        return await MoveAsync(
            Rows(application.Id, bounds.Index).Where(row => row.Status == EpochStatus.Open),
            new Step(application, EpochStatus.Closed, 0, bounds.TraceParent, Left: null),
            closed,
            (set, time) =>
            {
                set.SetProperty(row => row.ClosedAt, time)
                    .SetProperty(row => row.InputIndexUpperBound, bounds.InputIndexUpperBound)
                    .SetProperty(row => row.LastBlock, bounds.LastBlock);
                if (bounds.Tournament is { } tournament)
                    set.SetProperty(row => row.TournamentAddress, tournament);
                bounds.Settlement?.WriteTo(set);
            },
            cancellationToken
        );
    }

    /// <summary>
    /// L1 had reverted the epoch's seal, and has it again in another block, with the same inputs. The status stays CLOSED or beyond. The
    /// row gets the block and the tournament, and <c>epoch.closed</c> is published again, with the time of the first, because Prt waits for
    /// it.
    /// </summary>
    /// <param name="application">The application, as loaded.</param>
    /// <param name="seal">The seal, as it is on L1 now; not that of epoch 0.</param>
    /// <param name="at">Time of the change.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    /// <returns>False when the epoch has no seal, or the epoch before it is settled, which means that L1 did not revert its seal.</returns>
    public async Task<bool> SealAgainAsync(
        Application application,
        EpochSealed seal,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        var (row, before) = (Rows(application.Id, seal.Number), Rows(application.Id, seal.Number - 1));
        var sealedAgain = await row.Where(epoch =>
                epoch.TournamentAddress != null && before.Any(other => other.SettlementTransactionHash == null)
            )
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(epoch => epoch.LastBlock, seal.Log.BlockNumber)
                        .SetProperty(epoch => epoch.TournamentAddress, seal.Tournament)
                        .SetProperty(epoch => epoch.UpdatedAt, at),
                cancellationToken
            );
        if (sealedAgain == 0)
            return false;
        var closedAt = await row.Select(epoch => epoch.ClosedAt).SingleAsync(cancellationToken);
        await _publish.Publish(
            new EpochClosed
            {
                ChainId = _chainId,
                Application = application.Address.ToString(),
                ApplicationName = application.Name,
                EpochIndex = seal.Number,
                InputIndexLowerBound = seal.InputIndexLowerBound,
                InputIndexUpperBound = seal.InputIndexUpperBound,
                OccurredAt = closedAt ?? at,
            },
            cancellationToken
        );
        return true;
    }

    private static void Close(Epoch opened, EpochBounds bounds, DateTimeOffset at)
    {
        opened.Status = EpochStatus.Closed;
        opened.ClosedAt = at;
        opened.UpdatedAt = at;
        opened.InputIndexUpperBound = bounds.InputIndexUpperBound;
        opened.LastBlock = bounds.LastBlock;
        opened.TournamentAddress = bounds.Tournament;
        if (bounds.Settlement is not { } settlement)
            return;
        opened.SettledMachineHash = settlement.MachineHash;
        opened.SettledOutputsMerkleRoot = settlement.OutputsMerkleRoot;
        opened.SettlementTransactionHash = settlement.Fact.Transaction;
        opened.SettlementBlockNumber = settlement.Fact.BlockNumber;
        opened.SettlementBlockHash = settlement.Fact.BlockHash;
        opened.IsProvisional = settlement.Fact.IsProvisional;
    }
}
