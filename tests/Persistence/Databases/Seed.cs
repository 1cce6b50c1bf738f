using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Persistence.Tests;

/// <summary>Rows to begin a test with, each of them legal.</summary>
internal static class Seed
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static int _count;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Hash32 Hash(int number) => Keccak256.Hash(BitConverter.GetBytes(number));

    public static Address Address(int number) => new(Hash(number).ToByteArray().AsSpan(12));

    public static Application NewApplication()
    {
        var number = Interlocked.Increment(ref _count);
        return new Application
        {
            Name = $"echo-{number}",
            Address = Address(number),
            ConsensusAddress = Address(-1),
            InputBoxAddress = Address(-2),
            InputBoxBlock = 1,
            DeploymentBlock = 2,
            TemplateHash = Hash(-3),
            TemplateUri = "echo:",
            EpochLength = 10,
            ConsensusType = ConsensusType.Authority,
            CreatedAt = Now,
            UpdatedAt = Now,
        };
    }

    public static async Task<int> ApplicationAsync(RollupsDbContext db, Action<Application>? change = null)
    {
        var application = NewApplication();
        change?.Invoke(application);
        db.Add(application);
        await SaveAsync(db);
        return application.Id;
    }

    /// <summary>The epoch with blocks 10*index to 10*index + 9 and no inputs.</summary>
    public static Epoch NewEpoch(int applicationId, ulong index, ulong virtualIndex, EpochStatus status = EpochStatus.Open) =>
        new()
        {
            ApplicationId = applicationId,
            Index = index,
            VirtualIndex = virtualIndex,
            FirstBlock = index * 10,
            LastBlock = (index * 10) + 9,
            Status = status,
            CreatedAt = Now,
            UpdatedAt = Now,
            OpenedAt = Now,
        };

    public static Input NewInput(int applicationId, ulong epoch, ulong index) =>
        new()
        {
            ApplicationId = applicationId,
            Index = index,
            EpochIndex = epoch,
            BlockNumber = (epoch * 10) + 1,
            RawData = [1, 2, 3],
            TransactionHash = Hash((int)index),
            LogIndex = index,
            CreatedAt = Now,
            UpdatedAt = Now,
        };

    public static Output NewOutput(int applicationId, ulong epoch, ulong input, ulong index) =>
        new()
        {
            ApplicationId = applicationId,
            Index = index,
            EpochIndex = epoch,
            InputIndex = input,
            RawData = [7],
            CreatedAt = Now,
            UpdatedAt = Now,
        };

    public static Report NewReport(int applicationId, ulong epoch, ulong input, ulong index) =>
        new()
        {
            ApplicationId = applicationId,
            Index = index,
            EpochIndex = epoch,
            InputIndex = input,
            RawData = [8],
            CreatedAt = Now,
        };

    /// <summary>An application with one open epoch (index 3, virtual index 0) that has inputs 0 to <paramref name="inputs"/> - 1.</summary>
    public static async Task<int> EpochAsync(RollupsDbContext db, int inputs = 0)
    {
        var id = await ApplicationAsync(db);
        var epoch = NewEpoch(id, 3, 0);
        epoch.InputIndexUpperBound = (ulong)inputs;
        db.Add(epoch);
        db.AddRange(Enumerable.Range(0, inputs).Select(index => NewInput(id, 3, (ulong)index)));
        await SaveAsync(db);
        return id;
    }

    public static Task<int> CompleteAsync(RollupsDbContext db, int applicationId, InputStatus status = InputStatus.Accepted) =>
        db
            .Inputs.Where(input => input.ApplicationId == applicationId && input.Status == InputStatus.None)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(input => input.Status, status)
                        .SetProperty(input => input.MachineHash, Hash(1))
                        .SetProperty(input => input.OutputsMerkleRoot, Hash(2)),
                Token
            );

    public static Task ProveAsync(RollupsDbContext db, int applicationId, ulong epoch) =>
        db
            .Epochs.Where(row => row.ApplicationId == applicationId && row.Index == epoch)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(row => row.MachineHash, Hash(1))
                        .SetProperty(row => row.OutputsMerkleRoot, Hash(2))
                        .SetProperty(row => row.IflagsYBlock, Hash(3))
                        .SetProperty(row => row.TohostBlock, Hash(4))
                        .SetProperty(row => row.OutputsMerkleProof, new byte[59 * 32])
                        .SetProperty(row => row.IflagsYProof, new byte[59 * 32])
                        .SetProperty(row => row.TohostProof, new byte[59 * 32]),
                Token
            );

    /// <summary>Brings an epoch to a status along legal moves.</summary>
    public static async Task BringToAsync(RollupsDbContext db, int applicationId, ulong epoch, EpochStatus status)
    {
        if (status == EpochStatus.Open)
            return;
        await CompleteAsync(db, applicationId);
        await ProveAsync(db, applicationId, epoch);
        var at = EpochStatus.Open;
        foreach (
            var next in Enum.GetValues<EpochStatus>()
                .Where(value => value is not (EpochStatus.Open or EpochStatus.ClaimAccepted or EpochStatus.ClaimRejected))
                .Append(status)
        )
        {
            if (at == status)
                return;
            (await MoveAsync(db, applicationId, epoch, at, next)).ShouldBeTrue();
            at = next;
        }
    }

    public static Task<bool> MoveAsync(RollupsDbContext db, int applicationId, ulong epoch, EpochStatus from, EpochStatus to) =>
        db.MoveEpochAsync(applicationId, epoch, from, to, Now, set => set.SetProperty(row => row.ClaimTransactionHash, Hash(5)), Token);

    public static async Task SaveAsync(RollupsDbContext db)
    {
        await db.SaveChangesAsync(Token);
        db.ChangeTracker.Clear();
    }
}
