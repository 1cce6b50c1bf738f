using Microsoft.EntityFrameworkCore;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Xunit;

namespace Rollups.Testing;

/// <summary>Rows as other services, or the operator, leave them in the database of a host.</summary>
public static class SeededRows
{
    /// <summary>Blocks per epoch of the applications.</summary>
    public const ulong EpochLength = 10;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A registered application, read up to block 50.</summary>
    public static async Task<Application> AddApplicationAsync(
        this ServiceHost host,
        string name,
        Address address,
        Address consensus,
        ConsensusType kind = ConsensusType.Authority,
        ulong deploymentBlock = 1,
        Action<Application>? with = null
    )
    {
        ArgumentNullException.ThrowIfNull(host);
        var application = new Application
        {
            Name = name,
            Address = address,
            ConsensusAddress = consensus,
            InputBoxAddress = RollupsContracts.InputBox,
            InputBoxBlock = 1,
            DeploymentBlock = deploymentBlock,
            TemplateHash = default,
            TemplateUri = "echo:",
            EpochLength = EpochLength,
            ConsensusType = kind,
            LastInputCheckBlock = 50,
        };
        with?.Invoke(application);
        await host.ChangeAsync(db => db.AddAsync(application, Cancel).AsTask());
        return application;
    }

    /// <summary>The next epoch of the application, as the Validator leaves it, with the inputs of those logs.</summary>
    public static Task<Epoch> AddEpochAsync(
        this ServiceHost host,
        Application app,
        ulong index,
        Hash32 root,
        EpochStatus status = EpochStatus.ClaimCalculated,
        params LogEntry[] inputs
    )
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(app);
        return host.ChangeAsync(async db =>
        {
            var earlier = (ulong)await db.Epochs.CountAsync(epoch => epoch.ApplicationId == app.Id, Cancel);
            db.Add(
                new Epoch
                {
                    ApplicationId = app.Id,
                    Index = index,
                    VirtualIndex = earlier,
                    FirstBlock = index * EpochLength,
                    LastBlock = ((index + 1) * EpochLength) - 1,
                    InputIndexUpperBound = (ulong)inputs.Length,
                    Status = EpochStatus.Closed,
                }
            );
            db.AddRange(inputs.Select(log => InputOf(log, app, index, root)));
            await db.SaveChangesAsync(Cancel);
            if (status > EpochStatus.Closed)
                await db.FinishInputsAsync(app.Id, index, root, root, Cancel);
            for (var from = EpochStatus.InputsProcessed; from < status; from++)
                await db.MoveEpochAsync(
                    app.Id,
                    index,
                    from,
                    from + 1,
                    default,
                    from < EpochStatus.ClaimCalculated ? null : set => set.SetProperty(row => row.ClaimTransactionHash, root),
                    Cancel
                );
            db.ChangeTracker.Clear();
            return await db.Epochs.AsNoTracking().SingleAsync(epoch => epoch.ApplicationId == app.Id && epoch.Index == index, Cancel);
        });
    }

    /// <summary>What an operator does: once a fault is mended, to enable the application again.</summary>
    public static Task<int> SetStateAsync(this ServiceHost host, Application app, ApplicationState state = ApplicationState.Enabled)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.ChangeAsync(db =>
            db.Applications.Where(row => row.Id == app.Id)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(row => row.State, state)
                            .SetProperty(row => row.ReasonKind, (InoperableKind?)null)
                            .SetProperty(row => row.Reason, (string?)null),
                    Cancel
                )
        );
    }

    /// <summary>A transaction of the account that the node has stored, whatever L1 has of it.</summary>
    public static Task AddTransactionAsync(
        this ServiceHost host,
        Application application,
        ulong epoch,
        Address signer,
        ulong nonce,
        Hash32 hash,
        TransactionState state,
        Action<L1Transaction>? with = null
    )
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(application);
        var transaction = new L1Transaction
        {
            ChainId = 31337,
            Signer = signer,
            Nonce = nonce,
            ApplicationId = application.Id,
            EpochIndex = epoch,
            TransactionHash = hash,
            GasLimit = 100_000,
            SignedTransaction = [1],
            State = state,
        };
        with?.Invoke(transaction);
        return host.ChangeAsync(db =>
        {
            db.Add(transaction);
            return Task.CompletedTask;
        });
    }

    private static Input InputOf(LogEntry log, Application app, ulong epoch, Hash32 root)
    {
        var input = InputBoxContract.DecodeInputAdded(log);
        return new Input
        {
            ApplicationId = app.Id,
            Index = input.Index,
            EpochIndex = epoch,
            BlockNumber = log.BlockNumber,
            BlockHash = log.BlockHash,
            RawData = input.Data,
            TransactionHash = log.TransactionHash,
            LogIndex = log.LogIndex,
            Status = InputStatus.Accepted,
            MachineHash = root,
            OutputsMerkleRoot = root,
        };
    }
}
