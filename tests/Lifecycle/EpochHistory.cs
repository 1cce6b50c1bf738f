using Rollups.Contracts;

namespace Rollups.Lifecycle.Tests;

/// <summary>Whole histories of an epoch, as the workers would publish them.</summary>
internal static class EpochHistory
{
    public const ulong ChainId = 31337;
    public const string Application = "0x75135d8adb7180640d29d822d9ad59e83e8695b2";
    public const string Root = "0x1111111111111111111111111111111111111111111111111111111111111111";
    public const string OtherRoot = "0x2222222222222222222222222222222222222222222222222222222222222222";
    public const string L1Transaction = "0x3333333333333333333333333333333333333333333333333333333333333333";

    public static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    public static IEpochEvent[] Accepted(ulong epoch) =>
        [
            .. UpToSubmitted(epoch),
            new EpochClaimAccepted
            {
                ChainId = ChainId,
                Application = Application,
                ApplicationName = "echo",
                EpochIndex = epoch,
                OutputsMerkleRoot = Root,
                TransactionHash = L1Transaction,
                OccurredAt = Start.AddSeconds(5),
            },
        ];

    public static IEpochEvent[] Rejected(ulong epoch) =>
        [
            .. UpToSubmitted(epoch),
            new EpochClaimRejected
            {
                ChainId = ChainId,
                Application = Application,
                ApplicationName = "echo",
                EpochIndex = epoch,
                OutputsMerkleRoot = Root,
                AcceptedOutputsMerkleRoot = OtherRoot,
                Reason = "DIVERGED",
                OccurredAt = Start.AddSeconds(6),
            },
        ];

    /// <summary>Accepted, taken back, submitted, taken back again, submitted and accepted.</summary>
    public static IEpochEvent[] TakenBackTwice(ulong epoch)
    {
        var first = Accepted(epoch);
        var (submitted, accepted) = ((EpochClaimSubmitted)first[4], (EpochClaimAccepted)first[5]);
        return
        [
            .. first,
            Reverted(epoch, 1, 10, "accepted"),
            submitted with
            {
                Round = 1,
                TransactionHash = OtherRoot,
                OccurredAt = Start.AddSeconds(11),
            },
            Reverted(epoch, 2, 12, "submitted"),
            submitted with
            {
                Round = 2,
                OccurredAt = Start.AddSeconds(13),
            },
            accepted with
            {
                Round = 2,
                OccurredAt = Start.AddSeconds(14),
            },
        ];
    }

    public static EpochClaimReverted Reverted(ulong epoch, int round, int second, string stage) =>
        new()
        {
            ChainId = ChainId,
            Application = Application,
            ApplicationName = "echo",
            EpochIndex = epoch,
            OutputsMerkleRoot = Root,
            Stage = stage,
            BlockNumber = 20,
            BlockHash = OtherRoot,
            Round = round,
            OccurredAt = Start.AddSeconds(second),
        };

    /// <summary>Name of the state that the event leads to.</summary>
    public static string StateAfter(IEpochEvent happened) =>
        happened switch
        {
            EpochOpened => "Opened",
            EpochClosed => "Closed",
            EpochInputsProcessed => "InputsProcessed",
            EpochClaimCalculated => "ClaimCalculated",
            EpochClaimSubmitted => "ClaimSubmitted",
            EpochClaimAccepted => "Accepted",
            EpochClaimRejected => "Rejected",
            EpochClaimReverted => "ClaimCalculated",
            _ => throw new ArgumentOutOfRangeException(nameof(happened)),
        };

    private static IEpochEvent[] UpToSubmitted(ulong epoch) =>
        [
            new EpochOpened
            {
                ChainId = ChainId,
                Application = Application,
                ApplicationName = "echo",
                EpochIndex = epoch,
                FirstBlock = epoch * 10,
                LastBlock = (epoch * 10) + 9,
                OccurredAt = Start,
            },
            new EpochClosed
            {
                ChainId = ChainId,
                Application = Application,
                ApplicationName = "echo",
                EpochIndex = epoch,
                InputIndexLowerBound = 0,
                InputIndexUpperBound = 2,
                OccurredAt = Start.AddSeconds(1),
            },
            new EpochInputsProcessed
            {
                ChainId = ChainId,
                Application = Application,
                ApplicationName = "echo",
                EpochIndex = epoch,
                MachineHash = OtherRoot,
                InputIndexUpperBound = 2,
                OccurredAt = Start.AddSeconds(2),
            },
            new EpochClaimCalculated
            {
                ChainId = ChainId,
                Application = Application,
                ApplicationName = "echo",
                EpochIndex = epoch,
                OutputsMerkleRoot = Root,
                LastBlock = (epoch * 10) + 9,
                OccurredAt = Start.AddSeconds(3),
            },
            new EpochClaimSubmitted
            {
                ChainId = ChainId,
                Application = Application,
                ApplicationName = "echo",
                EpochIndex = epoch,
                OutputsMerkleRoot = Root,
                TransactionHash = L1Transaction,
                OccurredAt = Start.AddSeconds(4),
            },
        ];
}
