using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Cli.Database;
using Rollups.Cli.Tests.Database;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Cli.Tests.L1;

/// <summary>The node's database beside the chain: an application <c>echo</c>, and an epoch whose outputs have proofs.</summary>
internal static class VoucherStory
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<FreshDatabase> CreateDatabaseAsync()
    {
        var database = await FreshDatabase.CreateAsync(DatabaseKind.Sqlite);
        var services = new ServiceCollection().AddLogging().AddRollupsPersistence(Of(database)).BuildServiceProvider();
        await using (services)
            await services.MigrateAsync(Cancel);
        return database;
    }

    public static Task AddApplicationAsync(FreshDatabase database, Address address) =>
        ChangeAsync(
            database,
            async db =>
            {
                db.Add(TestApplications.Create("echo", address));
                await db.SaveChangesAsync(Cancel);
            }
        );

    /// <summary>A transaction that the node sent from the account.</summary>
    public static Task AddTransactionAsync(FreshDatabase database, Address signer) =>
        ChangeAsync(
            database,
            async db =>
            {
                db.Add(EpochOf(0));
                db.Add(
                    new L1Transaction
                    {
                        ChainId = 31337,
                        Signer = signer,
                        ApplicationId = 1,
                        EpochIndex = 0,
                        TransactionHash = Hash32.Zero,
                        GasLimit = 100_000,
                        SignedTransaction = [1],
                        State = TransactionState.Confirmed,
                    }
                );
                await db.SaveChangesAsync(Cancel);
            }
        );

    /// <summary>
    /// Epoch 0 of the application with those outputs and their proofs, CLAIM_CALCULATED, and epoch 1 with one voucher that has no proof.
    /// </summary>
    /// <returns>The root that the node claims for epoch 0.</returns>
    public static async Task<Hash32> AddEpochsAsync(FreshDatabase database, params byte[][] outputs)
    {
        var leaves = outputs.Select(output => Keccak256.Hash(output)).ToList();
        var tree = EpochTree.Append(new OutputsFrontier(), leaves);
        await ChangeAsync(
            database,
            async db =>
            {
                db.AddRange(EpochOf(0), EpochOf(1));
                db.AddRange(InputOf(0), InputOf(1));
                for (var index = 0; index < outputs.Length; index++)
                    db.Add(OutputOf(0, index, outputs[index]));
                db.Add(OutputOf(1, outputs.Length, Outputs.Voucher(DevnetAccounts.User, 1, [])));
                db.AddRange(tree.Rows);
                await db.SaveChangesAsync(Cancel);
                await db.FinishInputsAsync(1, 0, tree.Root, tree.Root, Cancel);
                await db.MoveEpochAsync(1, 0, EpochStatus.InputsProcessed, EpochStatus.ClaimCalculated, default, null, Cancel);
            }
        );
        return tree.Root;
    }

    /// <summary>The node has read that a voucher was executed.</summary>
    public static Task AddExecutionAsync(FreshDatabase database, ulong index, Hash32 transaction, ulong block) =>
        ChangeAsync(
            database,
            db =>
                db.Outputs.Where(output => output.Index == index)
                    .ExecuteUpdateAsync(
                        set =>
                            set.SetProperty(output => output.ExecutionTransactionHash, transaction)
                                .SetProperty(output => output.ExecutionBlockNumber, block)
                                .SetProperty(output => output.ExecutionBlockHash, transaction),
                        Cancel
                    )
        );

    /// <summary>Has L1 accept the claim, of which the node has not read yet.</summary>
    public static async Task AcceptAsync(CliChain chain, Hash32 root)
    {
        await chain.Chain.MineToAsync(CliChain.EpochLength, Cancel);
        await chain.Chain.SendAsync(
            DevnetAccounts.ClaimOwner,
            chain.Authority,
            ConsensusContract.SubmitClaim(chain.Application, CliChain.EpochLength - 1, root),
            Cancel
        );
    }

    private static Epoch EpochOf(ulong index) =>
        new()
        {
            ApplicationId = 1,
            Index = index,
            VirtualIndex = index,
            FirstBlock = index * 10,
            LastBlock = (index * 10) + 9,
            InputIndexLowerBound = index,
            InputIndexUpperBound = index + 1,
            Status = EpochStatus.Closed,
        };

    private static Input InputOf(ulong index) =>
        new()
        {
            ApplicationId = 1,
            Index = index,
            EpochIndex = index,
            BlockNumber = index * 10,
            RawData = [],
            TransactionHash = Keccak256.Hash([(byte)index]),
            Status = InputStatus.Accepted,
            MachineHash = Hash32.Zero,
            OutputsMerkleRoot = Hash32.Zero,
        };

    private static Domain.Output OutputOf(ulong epoch, int index, byte[] raw) =>
        new()
        {
            ApplicationId = 1,
            Index = (ulong)index,
            InputIndex = epoch,
            EpochIndex = epoch,
            RawData = raw,
        };

    private static async Task ChangeAsync(FreshDatabase fresh, Func<RollupsDbContext, Task> change)
    {
        await using var database = NodeDatabase.Open(Of(fresh));
        await change(database.Db);
    }

    private static IConfigurationRoot Of(FreshDatabase database) =>
        new ConfigurationBuilder().AddInMemoryCollection(database.Settings).Build();
}
