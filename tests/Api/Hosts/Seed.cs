using Microsoft.EntityFrameworkCore;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Api.Tests.Hosts;

/// <summary>At least one row of every kind that the API shows.</summary>
internal static class Seed
{
    public static readonly DateTimeOffset Start = new(2026, 11, 27, 12, 0, 0, 123, 456, TimeSpan.Zero);
    public static readonly DateTimeOffset ProvenAt = Start.AddSeconds(3);
    public static readonly Address Echo = AddressOf(1);
    public static readonly Address Dave = AddressOf(2);
    public static readonly Address Alice = AddressOf(11);
    public static readonly Address Bob = AddressOf(12);
    public static readonly Address Callee = AddressOf(13);
    public static readonly Address Root = AddressOf(21);
    public static readonly Address Inner = AddressOf(22);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static Hash32 HashOf(int number) => Keccak256.Hash(BitConverter.GetBytes(number));

    public static Address AddressOf(int number) => new(HashOf(number).ToByteArray().AsSpan(12));

    public static byte[] InputOf(Address sender, ulong index, byte[] payload) =>
        new EvmAdvance(31337, Echo, sender, 30, 1_700_000_000, HashOf(99), index, payload).Encode();

    /// <summary>
    /// Application echo: epoch 3 accepted, with two inputs, an output of each kind and two reports; epoch 7 open with one input.
    /// Application dave: a disputed epoch. Applications broken and off.
    /// </summary>
    public static Task AllAsync(ServiceHost host) =>
        host.ChangeAsync(async db =>
        {
            db.NodeConfigurations.Add(
                new NodeConfiguration
                {
                    Key = "chain",
                    Value = """{"chainId":31337,"defaultBlock":"latest"}""",
                    CreatedAt = Start,
                }
            );
            var echo = await AddAsync(db, "echo", Echo);
            await AcceptedEpochAsync(db, echo);
            db.Add(EpochOf(echo, 7, 1, EpochStatus.Open, 2, 3));
            db.Add(NewInput(echo, 7, 2, Alice, InputStatus.None));
            await DisputeAsync(db);
            await AddAsync(
                db,
                "broken",
                AddressOf(3),
                app =>
                    (app.State, app.ReasonKind, app.Reason) = (
                        ApplicationState.Inoperable,
                        InoperableKind.GuestException,
                        "input 4 raised an exception"
                    )
            );
            await AddAsync(db, "off", AddressOf(4), app => app.State = ApplicationState.Disabled);
        });

    public static async Task<int> AddAsync(RollupsDbContext db, string name, Address address, Action<Application>? with = null)
    {
        var application = new Application
        {
            Name = name,
            Address = address,
            ConsensusAddress = AddressOf(5),
            InputBoxAddress = RollupsContracts.InputBox,
            InputBoxBlock = 1,
            DeploymentBlock = 2,
            TemplateHash = HashOf(6),
            TemplateUri = "echo:",
            EpochLength = 10,
            ConsensusType = ConsensusType.Authority,
            ProcessedInputs = 2,
            CreatedAt = Start,
            UpdatedAt = Start,
        };
        with?.Invoke(application);
        db.Add(application);
        await db.SaveChangesAsync(Cancel);
        return application.Id;
    }

    public static Epoch EpochOf(int app, ulong index, ulong position, EpochStatus status, ulong firstInput = 0, ulong endInput = 0) =>
        new()
        {
            ApplicationId = app,
            Index = index,
            VirtualIndex = position,
            FirstBlock = index * 10,
            LastBlock = (index * 10) + 9,
            InputIndexLowerBound = firstInput,
            InputIndexUpperBound = endInput,
            Status = status,
            OpenedAt = Start,
            ClosedAt = status == EpochStatus.Closed ? Start.AddSeconds(1) : null,
            CreatedAt = Start,
            UpdatedAt = Start,
        };

    public static Input NewInput(int app, ulong epoch, ulong index, Address sender, InputStatus status) =>
        new()
        {
            ApplicationId = app,
            Index = index,
            EpochIndex = epoch,
            BlockNumber = (epoch * 10) + 1,
            BlockHash = HashOf(40),
            RawData = InputOf(sender, index, [1, 2, 3]),
            TransactionHash = HashOf(100 + (int)index),
            LogIndex = index,
            Status = status,
            MachineHash = status == InputStatus.None ? null : HashOf(41),
            OutputsMerkleRoot = status == InputStatus.None ? null : HashOf(42),
            ExceptionData = status == InputStatus.Exception ? [9] : null,
            CreatedAt = Start,
            UpdatedAt = Start,
        };

    public static Output NewOutput(int app, ulong epoch, ulong input, ulong index, byte[] raw) =>
        new()
        {
            ApplicationId = app,
            Index = index,
            EpochIndex = epoch,
            InputIndex = input,
            RawData = raw,
            CreatedAt = Start,
            UpdatedAt = Start,
        };

    public static Report NewReport(int app, ulong epoch, ulong input, ulong index) =>
        new()
        {
            ApplicationId = app,
            Index = index,
            EpochIndex = epoch,
            InputIndex = input,
            RawData = [8],
            CreatedAt = Start,
        };

    /// <summary>Brings a closed epoch to a status along the legal moves, a second each.</summary>
    public static async Task BringToAsync(RollupsDbContext db, int app, ulong index, EpochStatus status)
    {
        await db.SaveChangesAsync(Cancel);
        if (status > EpochStatus.Closed)
            await db.FinishInputsAsync(app, index, HashOf(41), HashOf(42), Cancel);
        if (status > EpochStatus.Closed)
            await db
                .Epochs.Where(row => row.ApplicationId == app && row.Index == index)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.InputsProcessedAt, Start.AddSeconds(2)), Cancel);
        for (var from = EpochStatus.InputsProcessed; from < status; from++)
            await db.MoveEpochAsync(
                app,
                index,
                from,
                from + 1,
                Start.AddSeconds((int)from + 1),
                from < EpochStatus.ClaimCalculated ? null : set => set.SetProperty(row => row.ClaimTransactionHash, HashOf(43)),
                Cancel
            );
        db.ChangeTracker.Clear();
    }

    /// <summary>Brings a closed epoch to CLAIM_REJECTED at that time.</summary>
    public static async Task RejectAsync(RollupsDbContext db, int app, ulong index, DateTimeOffset at)
    {
        await BringToAsync(db, app, index, EpochStatus.ClaimSubmitted);
        await db.MoveEpochAsync(app, index, EpochStatus.ClaimSubmitted, EpochStatus.ClaimRejected, at, null, Cancel);
    }

    /// <summary>Stores what proves the outputs of the application's first epoch with outputs; the root.</summary>
    public static async Task<Hash32> ProveAsync(RollupsDbContext db, int app, ulong epoch)
    {
        var outputs = await db
            .Outputs.Where(row => row.ApplicationId == app && row.EpochIndex == epoch)
            .OrderBy(row => row.Index)
            .Select(row => row.RawData)
            .ToListAsync(Cancel);
        var tree = EpochTree.Append(new OutputsFrontier(), outputs.ConvertAll(output => Keccak256.Hash(output)), app, epoch);
        tree.Tree!.CreatedAt = ProvenAt;
        db.AddRange(tree.Rows);
        await db.SaveChangesAsync(Cancel);
        return tree.Root;
    }

    private static async Task AcceptedEpochAsync(RollupsDbContext db, int echo)
    {
        db.Add(EpochOf(echo, 3, 0, EpochStatus.Closed, 0, 2));
        db.Add(NewInput(echo, 3, 0, Alice, InputStatus.Accepted));
        db.Add(NewInput(echo, 3, 1, Bob, InputStatus.Exception));
        await db.SaveChangesAsync(Cancel);
        db.Add(NewOutput(echo, 3, 0, 0, Outputs.Notice([1, 2])));
        await db.SaveChangesAsync(Cancel);
        var executed = NewOutput(echo, 3, 0, 1, Outputs.Voucher(Callee, 5, [3]));
        (executed.ExecutionTransactionHash, executed.ExecutionBlockNumber, executed.ExecutionBlockHash) = (HashOf(44), 50, HashOf(45));
        db.Add(executed);
        await db.SaveChangesAsync(Cancel);
        db.Add(NewOutput(echo, 3, 0, 2, Outputs.DelegateCallVoucher(Callee, [4])));
        await db.SaveChangesAsync(Cancel);
        db.Add(NewOutput(echo, 3, 0, 3, [1, 2, 3, 4, 5]));
        db.Add(NewReport(echo, 3, 0, 0));
        await db.SaveChangesAsync(Cancel);
        db.Add(NewReport(echo, 3, 1, 1));
        await ProveAsync(db, echo, 3);
        await BringToAsync(db, echo, 3, EpochStatus.ClaimAccepted);
        var transaction = new L1Transaction
        {
            ChainId = 31337,
            Signer = AddressOf(50),
            Nonce = 4,
            ApplicationId = echo,
            EpochIndex = 3,
            To = AddressOf(5),
            TransactionHash = HashOf(43),
            GasLimit = 100_000,
            MaxFeePerGas = 2_000_000_000,
            SignedTransaction = [1],
            State = TransactionState.Confirmed,
            CreatedAt = Start,
            UpdatedAt = Start,
        };
        db.Add(transaction);
        await db.SaveChangesAsync(Cancel);
        db.Add(
            new ReplacedTransaction
            {
                TransactionId = transaction.Id,
                TransactionHash = HashOf(46),
                MaxFeePerGas = 1_000_000_000,
                ReplacedAt = Start,
            }
        );
        await db.SaveChangesAsync(Cancel);
    }

    private static async Task DisputeAsync(RollupsDbContext db)
    {
        var dave = await AddAsync(db, "dave", Dave, app => app.ConsensusType = ConsensusType.Prt);
        var epoch = EpochOf(dave, 0, 0, EpochStatus.Closed);
        epoch.TournamentAddress = Root;
        db.Add(epoch);
        await db.SaveChangesAsync(Cancel);
        db.Add(TournamentOf(dave, Root, null));
        await db.SaveChangesAsync(Cancel);
        foreach (var commitment in new[] { 60, 61 })
            db.Add(
                new TournamentCommitment
                {
                    ApplicationId = dave,
                    TournamentAddress = Root,
                    Commitment = HashOf(commitment),
                    FinalStateHash = HashOf(62),
                    Submitter = Alice,
                    BlockNumber = 12,
                    BlockHash = HashOf(63),
                    TransactionHash = HashOf(64),
                }
            );
        await db.SaveChangesAsync(Cancel);
        db.Add(
            new TournamentMatch
            {
                ApplicationId = dave,
                TournamentAddress = Root,
                IdHash = HashOf(65),
                CommitmentOne = HashOf(60),
                CommitmentTwo = HashOf(61),
                LeftOfTwo = HashOf(66),
                BlockNumber = 13,
                TransactionHash = HashOf(67),
            }
        );
        await db.SaveChangesAsync(Cancel);
        db.Add(
            new MatchAdvance
            {
                ApplicationId = dave,
                TournamentAddress = Root,
                MatchIdHash = HashOf(65),
                OtherParent = HashOf(68),
                LeftNode = HashOf(69),
                BlockNumber = 14,
                TransactionHash = HashOf(70),
            }
        );
        db.Add(TournamentOf(dave, Inner, Root));
        await db.SaveChangesAsync(Cancel);
    }

    private static Tournament TournamentOf(int dave, Address address, Address? parent) =>
        new()
        {
            ApplicationId = dave,
            EpochIndex = 0,
            Address = address,
            ParentAddress = parent,
            ParentMatchIdHash = parent is null ? null : HashOf(65),
            MaxLevel = 3,
            Level = parent is null ? 0u : 1u,
            Log2Step = 44,
            Height = 48,
            StartBlock = 11,
            Allowance = 60,
        };
}
