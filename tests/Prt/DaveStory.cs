using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.Prt.Tests;

/// <summary>What the other services do for an application under Dave.</summary>
internal sealed class DaveStory(ServiceHost host, Application application, FakeChain chain, FakeDave dave)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The machine's last state of an epoch, and the commitment whose every leaf it is.</summary>
    public static (Hash32 State, Hash32 Outputs, Hash32 Commitment, IReadOnlyList<Hash32> Siblings) ResultOf(ulong epoch)
    {
        var state = FakeChain.HashOf($"state {epoch}");
        var tree = new ComputationTree();
        tree.Complete(state);
        var (commitment, siblings) = tree.Result();
        return (state, FakeChain.HashOf($"outputs {epoch}"), commitment, siblings);
    }

    /// <summary>What the EvmReader does: stores the seals up to the tag, and how each settled the epoch before it.</summary>
    public Task ReadAsync(int epochs) =>
        host.ChangeAsync(async db =>
        {
            foreach (var seal in dave.Seals.Where(seal => seal.Block + chain.Lag <= chain.Head))
            {
                var before = db.Epochs.Where(row =>
                    row.ApplicationId == application.Id && row.Index + 1 == seal.Number && row.SettlementTransactionHash == null
                );
                var hash = chain.BlockHash(seal.Block);
                await before.ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(row => row.SettledMachineHash, seal.State)
                            .SetProperty(row => row.SettledOutputsMerkleRoot, seal.Outputs)
                            .SetProperty(row => row.SettlementTransactionHash, seal.Transaction)
                            .SetProperty(row => row.SettlementBlockNumber, seal.Block)
                            .SetProperty(row => row.SettlementBlockHash, hash),
                    Cancel
                );
                if (
                    seal.Number >= (ulong)epochs
                    || await db.Epochs.AnyAsync(row => row.ApplicationId == application.Id && row.Index == seal.Number, Cancel)
                )
                    continue;
                db.Add(
                    new Epoch
                    {
                        ApplicationId = application.Id,
                        Index = seal.Number,
                        VirtualIndex = seal.Number,
                        FirstBlock = seal.Block,
                        LastBlock = seal.Block,
                        Status = EpochStatus.Closed,
                        TournamentAddress = seal.Tournament,
                    }
                );
                await db.SaveChangesAsync(Cancel);
            }
        });

    /// <summary>What Advancer and Validator do: the result of every epoch that is closed.</summary>
    public Task CalculateAsync() =>
        host.ChangeAsync(async db =>
        {
            foreach (
                var epoch in await db
                    .Epochs.AsNoTracking()
                    .Where(row => row.Status == EpochStatus.Closed)
                    .OrderBy(row => row.Index)
                    .ToListAsync(Cancel)
            )
            {
                var (state, outputs, commitment, siblings) = ResultOf(epoch.Index);
                await db.FinishInputsAsync(application.Id, epoch.Index, state, outputs, Cancel);
                await db.MoveEpochAsync(
                    application.Id,
                    epoch.Index,
                    EpochStatus.InputsProcessed,
                    EpochStatus.ClaimCalculated,
                    default,
                    set =>
                        set.SetProperty(row => row.Commitment, commitment)
                            .SetProperty(row => row.CommitmentProof, Siblings.ToBytes(siblings)),
                    Cancel
                );
            }
        });

    /// <summary>Whether so many epochs are accepted, and none of their transactions is on its way.</summary>
    public Task<bool> IsSettledAsync(int epochs) =>
        host.ReadAsync(async db =>
            await db.Epochs.CountAsync(row => row.Status == EpochStatus.ClaimAccepted, Cancel) == epochs
            && !await db.Transactions.AnyAsync(row => row.State == TransactionState.Pending, Cancel)
        );
}
