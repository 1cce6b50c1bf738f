using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Claimer.Tests;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;
using Rollups.Testing.Fakes;

namespace Rollups.Transactions.Tests.Queue;

/// <summary>A turn with the account that another process has had since: what was decided on in it is not stored.</summary>
[NeedsServers]
public sealed class FormerTurnTests(PostgresServer server)
{
    private static readonly Address Us = FakeChain.AddressOf(1);
    private static readonly Hash32 Root = FakeChain.HashOf("root");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gives_no_nonce_and_stores_and_replaces_no_transaction()
    {
        var chain = new FakeChain { Head = 20 };
        var setup = ClaimerService.Setup(chain, new FakeSigner(Us));
        using var database = await FreshDatabase.ToMigrateAsync(server);
        await using var host = await ServiceHost.CreateAsync(setup, database);
        await using var other = await ServiceHost.CreateAsync(setup, database);
        var app = await host.AddApplicationAsync("echo", FakeChain.AddressOf(2), FakeChain.AddressOf(3));
        var request = new TransactionRequest(
            app,
            await host.AddEpochAsync(app, 1, Root),
            TransactionKind.SubmitClaim,
            app.ConsensusAddress,
            [1]
        );
        var fees = new TransactionFees(7, 1, false);
        var unsigned = new UnsignedTransaction(31337, 0, request.To, 0, request.Data, 21_000, fees);
        var draft = new SignedDraft(unsigned, new SignedTransaction([1], Root));
        var nonces = host.Services.GetRequiredService<StoredNonces>();
        var store = host.Services.GetRequiredService<StoreTransactions>();
        var versions = host.Services.GetRequiredService<StoredVersions>();
        var turn = await host.LeaseAsync("signer:31337:us");
        await host.ChangeAsync(db =>
            db.Database.ExecuteSqlAsync(
                $"""
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name LIKE 'rollups-leases %'
                """,
                Cancel
            )
        );
        ILease? now = null;
        // The server frees the lock when the session has ended, which nobody announces.
        while (now is null)
            now = await other.Services.GetRequiredService<IDatabaseProvider>().TryAcquireLeaseAsync("signer:31337:us", Cancel);

        (await nonces.NextAsync(turn, 0, Cancel)).ShouldBeNull();
        (await store.StoreAsync(turn, request, draft, 20, Cancel)).ShouldBeNull();
        (await nonces.NextAsync(now, 0, Cancel)).ShouldBe(0UL);
        (await store.StoreAsync(now, request, draft, 20, Cancel)).ShouldNotBeNull();
        var stored = (await host.TransactionsAsync()).ShouldHaveSingleItem();
        var dearer = new SignedDraft(unsigned, new SignedTransaction([2], FakeChain.HashOf("dearer")));
        (await versions.ReplaceAsync(turn, stored, dearer, 21, Cancel)).ShouldBeNull();
        (await host.TransactionsAsync()).ShouldHaveSingleItem().TransactionHash.ShouldBe(Root);
        await now.DisposeAsync();
    }
}
