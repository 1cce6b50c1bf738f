using Npgsql;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Claimer.Tests.Anvil;

/// <summary>
/// The Claimer against the real contracts: one application on a consensus contract of its own, epochs of ten blocks, our account the first
/// validator and the Authority's owner.
/// </summary>
public abstract class ClaimsOnAnvil(AnvilChain anvil, PostgresServer postgres) : IAsyncLifetime
{
    private static int _salt;
    private readonly List<ServiceHost> _hosts = [];
    private FreshDatabase _database = null!;

    private protected static Address Us => DevnetAccounts.ClaimOwner;

    private protected static Hash32 Root { get; } = Keccak256.Hash("our root"u8);

    private protected static Hash32 OtherRoot { get; } = Keccak256.Hash("another root"u8);

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected DevnetChain Chain => anvil.Chain;

    private protected Uri AnvilEndpoint => anvil.Anvil.HttpEndpoint;

    private protected RollupsContracts Contracts => anvil.Contracts;

    private protected string Database => _database.ConnectionString;

    public async ValueTask InitializeAsync() => _database = await FreshDatabase.ToMigrateAsync(postgres);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Chain.SetAutomineAsync(true, Cancel);
        // Whatever a test left in the pool must not be in the next one's way.
        await Chain.MineAsync(1, Cancel);
        foreach (var host in _hosts)
            await host.DisposeAsync();
    }

    private protected static Hash32 NewSalt() => Keccak256.Hash(BitConverter.GetBytes(Interlocked.Increment(ref _salt)));

    /// <summary>A Claimer on PostgreSQL. A second one on the same database is another process as far as it knows.</summary>
    private protected async Task<ServiceHost> HostAsync(params (string Key, string Value)[] settings)
    {
        var setup = ClaimerService
            .Setup(null, null)
            .With([
                ("Ethereum:HttpEndpoint", anvil.Anvil.HttpEndpoint.ToString()),
                ("Signer:PrivateKey", DevnetAccounts.ClaimOwnerKey),
                .. settings,
            ]);
        var host = await ServiceHost.CreateAsync(setup, _database);
        _hosts.Add(host);
        return host;
    }

    private protected async Task<Application> DeployAsync(
        ServiceHost host,
        Address consensus,
        ConsensusType kind = ConsensusType.Authority,
        string name = "echo"
    )
    {
        var address = await Contracts.DeployApplicationAsync(consensus, Hash32.Zero, NewSalt(), Cancel);
        return await host.AddApplicationAsync(name, address, consensus, kind, await Chain.HeadAsync(Cancel));
    }

    private protected Task<Address> AuthorityAsync(Address? owner = null) =>
        Contracts.DeployAuthorityAsync(owner ?? Us, SeededRows.EpochLength, NewSalt(), Cancel);

    /// <summary>An epoch with a calculated claim whose last block is the head's own, or a later one's.</summary>
    private protected async Task<ulong> EndedEpochAsync(ServiceHost host, Application app, Hash32 root, bool mine = true)
    {
        var index = await Chain.HeadAsync(Cancel) / SeededRows.EpochLength;
        await host.AddEpochAsync(app, index, root);
        if (mine)
            await Chain.MineToAsync((index * SeededRows.EpochLength) + SeededRows.EpochLength - 1, Cancel);
        return index;
    }

    private protected Task<TransactionReceipt> ClaimAsync(Address by, Application app, ulong epoch, Hash32 root) =>
        Chain.SendAsync(
            by,
            app.ConsensusAddress,
            ConsensusContract.SubmitClaim(app.Address, (epoch * SeededRows.EpochLength) + SeededRows.EpochLength - 1, root),
            Cancel
        );

    private protected async Task<bool> IsValidAsync(Application app, Hash32 root) =>
        new AbiReader(
            await Chain.Client.CallAsync(
                ConsensusContract.IsOutputsMerkleRootValid(app.ConsensusAddress, app.Address, root),
                BlockTag.Latest,
                Cancel
            )
        ).Number(0, "valid") == 1;

    /// <summary>A pass, and the one that the next head brings: Anvil answers a transaction before it has mined it.</summary>
    private protected async Task SettleAsync(ServiceHost host)
    {
        await host.PassAsync();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await NonceAsync() < await Chain.Client.GetTransactionCountAsync(Us, BlockTag.Pending, Cancel))
            await timer.WaitForNextTickAsync(Cancel);
        await host.PassAsync();
    }

    /// <summary>Cuts every connection of the hosts to the database.</summary>
    private protected async Task CutConnectionsAsync()
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
            connection
        );
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private protected Task<ulong> NonceAsync() => Chain.Client.GetTransactionCountAsync(Us, BlockTag.Latest, Cancel);

    private protected static async Task ShouldHaveStoppedAsync(
        ServiceHost host,
        Application app,
        InoperableKind kind,
        params string[] words
    )
    {
        var stopped = await host.ApplicationAsync(app);
        (stopped.State, stopped.ReasonKind).ShouldBe((ApplicationState.Inoperable, kind));
        foreach (var word in words)
            stopped.Reason!.ShouldContain(word);
        (await host.EventsAsync()).ShouldContain("AppInoperable");
    }
}
