using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Commands;

/// <summary>An application under Dave that has joined a tournament with a dispute at two levels.</summary>
internal static class DisputedApplication
{
    private const ulong Epoch = 1;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Adds it, with its claim submitted and the transaction of its join confirmed.</summary>
    public static async Task<Application> AddDisputedAsync(this ServiceHost host, string name, int number)
    {
        var app = await host.AddAsync(name, number, consensus: ConsensusType.Prt);
        await host.AddEpochAsync(app, Epoch, FakeChain.HashOf("root"), EpochStatus.ClaimSubmitted);
        await host.AddTransactionAsync(
            app,
            Epoch,
            FakeChain.AddressOf(4),
            (ulong)number,
            FakeChain.HashOf($"join {number}"),
            TransactionState.Confirmed
        );
        await host.ChangeAsync(db =>
        {
            var root = FakeChain.AddressOf((1000 * number) + 1);
            foreach (var (address, level) in new[] { (root, 0UL), (FakeChain.AddressOf((1000 * number) + 2), 1UL) })
            {
                db.Add(
                    new Tournament
                    {
                        ApplicationId = app.Id,
                        EpochIndex = Epoch,
                        Address = address,
                        Level = level,
                        MaxLevel = 3,
                        ParentAddress = level == 0 ? null : root,
                        ParentMatchIdHash = level == 0 ? null : FakeChain.HashOf("match"),
                    }
                );
                foreach (var side in new[] { "one", "two" })
                    db.Add(
                        new TournamentCommitment
                        {
                            ApplicationId = app.Id,
                            TournamentAddress = address,
                            Commitment = FakeChain.HashOf(side),
                        }
                    );
                db.Add(
                    new TournamentMatch
                    {
                        ApplicationId = app.Id,
                        TournamentAddress = address,
                        IdHash = FakeChain.HashOf("match"),
                        CommitmentOne = FakeChain.HashOf("one"),
                        CommitmentTwo = FakeChain.HashOf("two"),
                    }
                );
                db.Add(
                    new MatchAdvance
                    {
                        ApplicationId = app.Id,
                        TournamentAddress = address,
                        MatchIdHash = FakeChain.HashOf("match"),
                        OtherParent = FakeChain.HashOf("parent"),
                    }
                );
            }

            return Task.CompletedTask;
        });
        return app;
    }

    /// <summary>L1 settles its epoch with its own result.</summary>
    public static Task SettleDisputeAsync(this ServiceHost host, Application app) =>
        host.ChangeAsync(db =>
            db.MoveEpochAsync(
                app.Id,
                Epoch,
                EpochStatus.ClaimSubmitted,
                EpochStatus.ClaimAccepted,
                DateTimeOffset.UnixEpoch,
                also: null,
                Cancel
            )
        );

    /// <summary>Number of the rows of each table that belong to it.</summary>
    public static Task<int[]> DisputesOfAsync(this ServiceHost host, Application app) =>
        host.ReadAsync(async db =>
            new[]
            {
                await db.Applications.CountAsync(row => row.Id == app.Id, Cancel),
                await db.Epochs.CountAsync(row => row.ApplicationId == app.Id, Cancel),
                await db.Transactions.CountAsync(row => row.ApplicationId == app.Id, Cancel),
                await db.Tournaments.CountAsync(row => row.ApplicationId == app.Id, Cancel),
                await db.TournamentCommitments.CountAsync(row => row.ApplicationId == app.Id, Cancel),
                await db.TournamentMatches.CountAsync(row => row.ApplicationId == app.Id, Cancel),
                await db.MatchAdvances.CountAsync(row => row.ApplicationId == app.Id, Cancel),
            }
        );
}
