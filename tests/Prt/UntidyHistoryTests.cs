using CsCheck;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.Prt.Tests;

/// <summary>
/// Whole histories of an application under Dave, announced as a bad network would: in any order, several times, before or after the rows
/// they speak of, or not at all, while the other services are any distance behind the chain and somebody else plays too.
/// </summary>
public sealed class UntidyHistoryTests
{
    private static readonly Address Us = FakeChain.AddressOf(1),
        Stranger = FakeChain.AddressOf(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// What happens at each moment, and the events that are delivered then: an epoch, and whether it was closed or its claim calculated.
    /// </summary>
    private static Gen<(
        int Epochs,
        (Step Step, int Blocks, (int Epoch, bool Closed)[] Told)[] Moments,
        bool Automine,
        int Lag
    )> Histories =>
        from epochs in Gen.Int[1, 3]
        from moments in Gen.Select(Gen.Enum<Step>(), Gen.Int[1, 30], Gen.Select(Gen.Int[0, epochs], Gen.Bool).Array[0, 3]).Array[0, 12]
        from automine in Gen.Bool
        from lag in Gen.Int[0, 3]
        select (epochs, moments, automine, lag);

    private enum Step
    {
        Nothing,
        Read,
        Calculate,
        Mine,
        StrangerJoins,
        StrangerSettles,
    }

    [Fact]
    public async Task Whatever_is_told_and_whatever_is_lost_every_epoch_is_joined_once_settled_once_and_accepted_in_order()
    {
        await Histories.SampleAsync(
            async history =>
            {
                var chain = new FakeChain { Automine = history.Automine, Lag = (ulong)history.Lag };
                var dave = new FakeDave(chain);
                dave.Mine((ulong)history.Lag + 1);
                await using var host = await PrtService.CreateAsync(chain, new FakeSigner(Us));
                var app = await host.AddApplicationAsync();
                var story = new DaveStory(host, app, chain, dave);
                var bus = host.Services.GetRequiredService<IBusControl>();
                var handled = new HandledMessages();
                bus.ConnectConsumeObserver(handled);
                await Task.Run(() => bus.StartAsync(Cancel));
                var others = new HashSet<(ulong Epoch, string Kind)>();
                foreach (var (step, blocks, told) in history.Moments)
                {
                    await HappenAsync(story, chain, dave, step, (ulong)blocks, history.Epochs, others);
                    (await handled.PublishAsync(bus, told.Select(item => Event(app, item.Epoch, item.Closed)), Cancel)).ShouldAllBe(
                        succeeded => succeeded
                    );
                }

                // No events from here on. A sync each to join, to see that, to settle, and to see that; what is mined then has its time to
                // reach the tag.
                for (var sync = 0; sync < (4 * history.Epochs) + 1 && !await story.IsSettledAsync(history.Epochs); sync++)
                {
                    await story.ReadAsync(history.Epochs);
                    await story.CalculateAsync();
                    await host.SyncAsync();
                    dave.Mine(1);
                    dave.Mine(FakeDave.Allowance + chain.Lag);
                }

                await ShouldBeSettledAsync(host, dave, history.Epochs, others);
                var before = await EverythingAsync(host);
                await host.SyncAsync();
                (await host.Services.GetRequiredService<ResolveTournamentEpochs>().FindDueAsync(Cancel)).ShouldBeEmpty();
                (await EverythingAsync(host)).ShouldBe(before);
                await bus.StopAsync(Cancel);
            },
            iter: 25,
            threads: 1
        );
    }

    private static async Task HappenAsync(
        DaveStory story,
        FakeChain chain,
        FakeDave dave,
        Step step,
        ulong blocks,
        int epochs,
        HashSet<(ulong Epoch, string Kind)> others
    )
    {
        var current = dave.Current;
        var (state, outputs, _, siblings) = DaveStory.ResultOf(current.Number);
        switch (step)
        {
            case Step.Read:
                await story.ReadAsync(epochs);
                break;
            case Step.Calculate:
                await story.CalculateAsync();
                break;
            case Step.Mine:
                dave.Mine(blocks);
                break;
            case Step.StrangerJoins when current.Number < (ulong)epochs:
                var right = siblings.SkipLast(1).Aggregate(state, (node, sibling) => Keccak256.Hash(sibling, node));
                if (Send(chain, current.Tournament, TournamentContract.JoinTournament(state, siblings, siblings[^1], right)))
                    others.Add((current.Number, "join"));
                break;
            case Step.StrangerSettles when current.Number < (ulong)epochs && dave.IsJoined:
                if (Send(chain, FakeDave.Consensus, DaveConsensusContract.Settle(current.Number, outputs, [])))
                    others.Add((current.Number, "settlement"));
                break;
        }
    }

    /// <summary>A transaction of somebody else, in a block of its own before the pool; false where the contract refuses it.</summary>
    private static bool Send(FakeChain chain, Address to, byte[] data)
    {
        if (!chain.Takes(new CallRequest(to, data, Stranger)))
            return false;
        chain.Send(Stranger, to, data);
        return true;
    }

    private static async Task ShouldBeSettledAsync(ServiceHost host, FakeDave dave, int count, HashSet<(ulong Epoch, string Kind)> others)
    {
        var sent = dave.Sent();
        var epochs = await host.ReadAsync(db => db.Epochs.AsNoTracking().OrderBy(row => row.Index).ToListAsync(Cancel));
        epochs.Select(row => row.Status).ShouldBe(Enumerable.Repeat(EpochStatus.ClaimAccepted, count));
        dave.Seals.Count.ShouldBe(count + 1);
        dave.Joins.Select(join => join.Tournament).ShouldBe(epochs.Select(row => row.TournamentAddress!.Value));
        epochs.Select(row => row.ClaimTransactionHash).ShouldBe(dave.Joins.Select(join => (Hash32?)join.Transaction));
        epochs.Select(row => row.AcceptanceTransactionHash).ShouldBe(dave.Seals.Skip(1).Select(seal => (Hash32?)seal.Transaction));

        // Sent once at most, in order; all of it, where nobody else was faster.
        var moves = Enumerable
            .Range(0, count)
            .SelectMany(epoch => new[] { ((ulong)epoch, "join"), ((ulong)epoch, "settlement") })
            .ToList();
        sent.ShouldBe(moves.Where(sent.Contains));
        moves.Except(others).ShouldBe(moves.Except(others).Where(sent.Contains));
        var transactions = await host.ReadAsync(db => db.Transactions.AsNoTracking().OrderBy(row => row.Nonce).ToListAsync(Cancel));
        transactions.Select(row => (row.EpochIndex, row.Kind == TransactionKind.Settle ? "settlement" : "join")).ShouldBe(sent);
        transactions.Select(row => row.Nonce).ShouldBe(Enumerable.Range(0, transactions.Count).Select(nonce => (ulong)nonce));
        transactions
            .Select(row => row.State)
            .ShouldBe(sent.Select(move => others.Contains(move) ? TransactionState.LostRace : TransactionState.Confirmed));

        (await host.EventsAsync()).ShouldBe(
            Enumerable.Repeat<string[]>(["EpochClaimSubmitted", "EpochClaimAccepted"], count).SelectMany(names => names)
        );
        (
            await host.ReadAsync(db =>
                db.Tournaments.AsNoTracking().OrderBy(row => row.EpochIndex).Select(row => row.Address).ToListAsync(Cancel)
            )
        ).ShouldBe(epochs.Select(row => row.TournamentAddress!.Value));
        (await host.ReadAsync(db => db.TournamentCommitments.CountAsync(Cancel))).ShouldBe(count);
    }

    /// <summary>How many rows there are of each kind that Prt writes, and what was written last.</summary>
    private static Task<(int, int, int, int, DateTimeOffset)> EverythingAsync(ServiceHost host) =>
        host.ReadAsync(async db =>
            (
                await db.Outbox.CountAsync(Cancel),
                await db.Transactions.CountAsync(Cancel),
                await db.Tournaments.CountAsync(Cancel),
                await db.TournamentCommitments.CountAsync(Cancel),
                (await db.Epochs.AsNoTracking().Select(row => row.UpdatedAt).ToListAsync(Cancel)).Max()
            )
        );

    private static object Event(Application app, int epoch, bool closed) =>
        closed
            ? new EpochClosed
            {
                ChainId = 31337,
                Application = app.Address.ToString(),
                ApplicationName = app.Name,
                EpochIndex = (ulong)epoch,
                InputIndexLowerBound = 0,
                InputIndexUpperBound = 0,
                OccurredAt = DateTimeOffset.UnixEpoch,
            }
            : new EpochClaimCalculated
            {
                ChainId = 31337,
                Application = app.Address.ToString(),
                ApplicationName = app.Name,
                EpochIndex = (ulong)epoch,
                OutputsMerkleRoot = Hash32.Zero.ToString(),
                LastBlock = 0,
                OccurredAt = DateTimeOffset.UnixEpoch,
            };
}
