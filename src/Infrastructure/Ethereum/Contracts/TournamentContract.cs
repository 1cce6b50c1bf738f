using System.Numerics;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>
/// A tournament of Dave 2.1: the calls and transactions of a node that joins, waits and settles. Times are block numbers.
/// </summary>
public static class TournamentContract
{
    private static readonly AbiFunction BondFunction = new("bondValue()");
    private static readonly AbiFunction JoinFunction = new("joinTournament(bytes32,bytes32[],bytes32,bytes32)");
    private static readonly AbiFunction ArbitrationFunction = new("arbitrationResult()");
    private static readonly AbiFunction TimeFinishedFunction = new("timeFinished()");
    private static readonly AbiFunction IsClosedFunction = new("isClosed()");
    private static readonly AbiFunction IsFinishedFunction = new("isFinished()");
    private static readonly AbiFunction LevelFunction = new("tournamentLevelConstants()");
    private static readonly AbiFunction ArgumentsFunction = new("tournamentArguments()");
    private static readonly AbiFunction CommitmentFunction = new("getCommitment(bytes32)");
    private static readonly AbiFunction WinByTimeoutFunction = new("winMatchByTimeout((bytes32,bytes32),bytes32,bytes32)");
    private static readonly AbiFunction EliminateFunction = new("eliminateMatchByTimeout((bytes32,bytes32))");
    private static readonly AbiFunction EliminateInnerFunction = new("eliminateInnerTournament(address)");
    private static readonly AbiFunction RecoverFunction = new("tryRecoveringBond()");

    private static readonly AbiFunction[] Counters =
    [
        new("getCommitmentJoinedCount()"),
        new("getMatchCreatedCount()"),
        new("getMatchAdvancedCount()"),
        new("getMatchDeletedCount()"),
        new("getNewInnerTournamentCount()"),
    ];

    /// <summary>Bond for joining, in wei.</summary>
    public static CallRequest BondValue(Address tournament) => new(tournament, BondFunction.Encode());

    /// <summary>Whether it no longer accepts commitments and no match is running: (bool).</summary>
    public static CallRequest IsFinished(Address tournament) => new(tournament, IsFinishedFunction.Encode());

    /// <summary>Whether it no longer accepts commitments: (bool).</summary>
    public static CallRequest IsClosed(Address tournament) => new(tournament, IsClosedFunction.Encode());

    /// <summary>Its outcome; reverts with TournamentFailedNoWinner if it has no winner.</summary>
    public static CallRequest ArbitrationResult(Address tournament) => new(tournament, ArbitrationFunction.Encode());

    /// <summary>Whether it is finished, and since which block: (bool, uint64).</summary>
    public static CallRequest TimeFinished(Address tournament) => new(tournament, TimeFinishedFunction.Encode());

    /// <summary>Level, step and height.</summary>
    public static CallRequest LevelConstants(Address tournament) => new(tournament, LevelFunction.Encode());

    /// <summary>Its creation arguments, including its clock.</summary>
    public static CallRequest Arguments(Address tournament) => new(tournament, ArgumentsFunction.Encode());

    /// <summary>Clock and final state of a commitment; all zero if it has not joined.</summary>
    public static CallRequest GetCommitment(Address tournament, Hash32 commitment) =>
        new(tournament, CommitmentFunction.Encode(AbiValue.Of(commitment)));

    /// <summary>
    /// Number of CommitmentJoined, MatchCreated, MatchAdvanced, MatchDeleted and NewInnerTournament events, in this order.
    /// </summary>
    public static IReadOnlyList<CallRequest> GetCounters(Address tournament) =>
        [.. Counters.Select(counter => new CallRequest(tournament, counter.Encode()))];

    /// <summary>Call data that joins; the transaction carries the bond.</summary>
    /// <param name="finalState">Last leaf of the commitment.</param>
    /// <param name="proof">Its siblings, bottom-up; their number is the tournament's height.</param>
    /// <param name="left">Left child of the commitment.</param>
    /// <param name="right">Right child of the commitment.</param>
    public static byte[] JoinTournament(Hash32 finalState, IReadOnlyList<Hash32> proof, Hash32 left, Hash32 right) =>
        JoinFunction.Encode(AbiValue.Of(finalState), AbiValue.Of(proof), AbiValue.Of(left), AbiValue.Of(right));

    /// <summary>Call data that wins a match whose other clock ran out, given the children of the surviving commitment.</summary>
    public static byte[] WinMatchByTimeout(Hash32 one, Hash32 two, Hash32 left, Hash32 right) =>
        WinByTimeoutFunction.Encode(AbiValue.Tuple(AbiValue.Of(one), AbiValue.Of(two)), AbiValue.Of(left), AbiValue.Of(right));

    /// <summary>Call data that ends a match in which both clocks ran out.</summary>
    public static byte[] EliminateMatchByTimeout(Hash32 one, Hash32 two) =>
        EliminateFunction.Encode(AbiValue.Tuple(AbiValue.Of(one), AbiValue.Of(two)));

    /// <summary>
    /// Call data that ends a match whose inner tournament ended without a winner, or with one that nobody claimed above in time.
    /// </summary>
    public static byte[] EliminateInnerTournament(Address inner) => EliminateInnerFunction.Encode(AbiValue.Of(inner));

    /// <summary>Call data that sends the rest of the bonds to the winner's submitter.</summary>
    public static byte[] TryRecoveringBond() => RecoverFunction.Encode();

    /// <summary>keccak256(one ++ two), which identifies a match in events.</summary>
    public static Hash32 MatchIdHash(Hash32 one, Hash32 two) => Keccak256.Hash([.. one.ToByteArray(), .. two.ToByteArray()]);

    /// <summary>Decodes the result of <see cref="ArbitrationResult"/>.</summary>
    /// <exception cref="AbiException">The data is not that.</exception>
    public static (bool IsFinished, Hash32 WinnerCommitment, Hash32 FinalState) DecodeArbitrationResult(byte[] data)
    {
        var reader = new AbiReader(data);
        return (reader.Bool(0), reader.Hash(1), reader.Hash(2));
    }

    /// <summary>Decodes the result of <see cref="TimeFinished"/>.</summary>
    /// <exception cref="AbiException">The data is not that.</exception>
    public static (bool IsFinished, ulong Block) DecodeTimeFinished(byte[] data)
    {
        var reader = new AbiReader(data);
        return (reader.Bool(0), reader.Number(1, "block in which the tournament finished"));
    }

    /// <summary>Decodes the result of <see cref="LevelConstants"/>.</summary>
    /// <exception cref="AbiException">The data is not that.</exception>
    public static TournamentLevel DecodeLevelConstants(byte[] data)
    {
        var reader = new AbiReader(data);
        return new TournamentLevel(
            reader.Number(0, "max level"),
            reader.Number(1, "level"),
            reader.Number(2, "log2step"),
            reader.Number(3, "height")
        );
    }

    /// <summary>
    /// Decodes the clock from the result of <see cref="Arguments"/>: the block at which the tournament opened, and for how many blocks
    /// it accepts commitments.
    /// </summary>
    /// <exception cref="AbiException">The data is not that.</exception>
    public static (ulong StartBlock, ulong Allowance) DecodeClock(byte[] data)
    {
        // A static tuple: the commitment's four words, level, levels, start instant, allowance, and further fields.
        var reader = new AbiReader(data);
        return (reader.Number(6, "start instant"), reader.Number(7, "allowance"));
    }

    /// <summary>Decodes the result of <see cref="GetCommitment"/>.</summary>
    /// <exception cref="AbiException">The data is not that.</exception>
    public static JoinedCommitment DecodeCommitment(byte[] data)
    {
        var reader = new AbiReader(data);
        return new JoinedCommitment(reader.Number(0, "allowance"), reader.Number(1, "start instant"), reader.Hash(2));
    }

    /// <summary>Decodes the result of <see cref="BondValue"/>.</summary>
    /// <exception cref="AbiException">The data is not that.</exception>
    public static BigInteger DecodeBondValue(byte[] data) => new AbiReader(data).UInt256(0);
}
