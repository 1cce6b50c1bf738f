using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;
using Rollups.Testing;
using Rollups.Testing.Fakes;
using Rollups.Transactions;

namespace Rollups.Claimer.Tests.Transactions;

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
        using var database = await FreshDatabase.CreateAsync(server);
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
        var signed = new SignedTransaction([1], Root);
        var transactions = host.Services.GetRequiredService<StoredTransactions>();
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

        (await transactions.NextNonceAsync(turn, Us, 0, Cancel)).ShouldBeNull();
        (await transactions.StoreAsync(turn, request, Us, unsigned, signed, 20, Cancel)).ShouldBeFalse();
        (await transactions.NextNonceAsync(now, Us, 0, Cancel)).ShouldBe(0UL);
        (await transactions.StoreAsync(now, request, Us, unsigned, signed, 20, Cancel)).ShouldBeTrue();
        var stored = (await host.TransactionsAsync()).ShouldHaveSingleItem();
        (
            await transactions.ReplaceAsync(turn, stored, unsigned, new SignedTransaction([2], FakeChain.HashOf("dearer")), 21, Cancel)
        ).ShouldBeNull();
        (await host.TransactionsAsync()).ShouldHaveSingleItem().TransactionHash.ShouldBe(Root);
        await now.DisposeAsync();
    }
}
