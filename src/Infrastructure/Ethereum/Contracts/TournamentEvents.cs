using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>The events of a tournament of Dave 2.1.</summary>
public static class TournamentEvents
{
    /// <summary>Topic 0 of CommitmentJoined.</summary>
    public static Hash32 CommitmentJoinedTopic { get; } = AbiFunction.EventTopic("CommitmentJoined(bytes32,bytes32,address)");

    /// <summary>Topic 0 of MatchCreated.</summary>
    public static Hash32 MatchCreatedTopic { get; } = AbiFunction.EventTopic("MatchCreated(bytes32,bytes32,bytes32,bytes32)");

    /// <summary>Topic 0 of MatchAdvanced.</summary>
    public static Hash32 MatchAdvancedTopic { get; } = AbiFunction.EventTopic("MatchAdvanced(bytes32,bytes32,bytes32)");

    /// <summary>Topic 0 of MatchDeleted.</summary>
    public static Hash32 MatchDeletedTopic { get; } = AbiFunction.EventTopic("MatchDeleted(bytes32,bytes32,bytes32,uint8,uint8)");

    /// <summary>Topic 0 of NewInnerTournament.</summary>
    public static Hash32 NewInnerTournamentTopic { get; } = AbiFunction.EventTopic("NewInnerTournament(bytes32,address)");

    /// <summary>Topic 0 of PartialBondRefund.</summary>
    public static Hash32 PartialBondRefundTopic { get; } = AbiFunction.EventTopic("PartialBondRefund(address,uint256,bool,bytes)");

    /// <summary>Reads a CommitmentJoined log.</summary>
    /// <exception cref="AbiException">The log is not one.</exception>
    public static CommitmentJoined DecodeCommitmentJoined(LogEntry log)
    {
        Topics.Require(log, CommitmentJoinedTopic, 2, "CommitmentJoined");
        var reader = new AbiReader(log.Data);
        return new CommitmentJoined(reader.Hash(0), reader.Hash(1), Topics.Address(log, 1), log);
    }

    /// <summary>Reads a MatchCreated log.</summary>
    /// <exception cref="AbiException">The log is not one.</exception>
    public static MatchCreated DecodeMatchCreated(LogEntry log)
    {
        Topics.Require(log, MatchCreatedTopic, 4, "MatchCreated");
        return new MatchCreated(log.Topics[1], log.Topics[2], log.Topics[3], new AbiReader(log.Data).Hash(0), log);
    }

    /// <summary>Reads a MatchAdvanced log.</summary>
    /// <exception cref="AbiException">The log is not one.</exception>
    public static MatchAdvanced DecodeMatchAdvanced(LogEntry log)
    {
        Topics.Require(log, MatchAdvancedTopic, 2, "MatchAdvanced");
        var reader = new AbiReader(log.Data);
        return new MatchAdvanced(log.Topics[1], reader.Hash(0), reader.Hash(1), log);
    }

    /// <summary>Reads a MatchDeleted log.</summary>
    /// <exception cref="AbiException">The log is not one, or names a reason or a winner that Dave 2.1 does not have.</exception>
    public static MatchDeleted DecodeMatchDeleted(LogEntry log)
    {
        Topics.Require(log, MatchDeletedTopic, 4, "MatchDeleted");
        var reader = new AbiReader(log.Data);
        var (reason, winner) = (reader.Number(0, "reason"), reader.Number(1, "winner"));
        if (reason > 2 || winner > 2)
            throw new AbiException(
                $"MatchDeleted in log {log.LogIndex} of block {log.BlockNumber} has reason {reason} and winner {winner}; 0 to 2 are known."
            );
        return new MatchDeleted(log.Topics[1], log.Topics[2], log.Topics[3], (byte)reason, (byte)winner, log);
    }

    /// <summary>Reads a NewInnerTournament log.</summary>
    /// <exception cref="AbiException">The log is not one.</exception>
    public static NewInnerTournament DecodeNewInnerTournament(LogEntry log)
    {
        Topics.Require(log, NewInnerTournamentTopic, 3, "NewInnerTournament");
        return new NewInnerTournament(log.Topics[1], Topics.Address(log, 2), log);
    }
}

/// <summary>A commitment joined.</summary>
/// <param name="Commitment">Root of its tree.</param>
/// <param name="FinalState">Its last leaf.</param>
/// <param name="Submitter">Who joined with it and paid the bond.</param>
/// <param name="Log">The log it was read from.</param>
public sealed record CommitmentJoined(Hash32 Commitment, Hash32 FinalState, Address Submitter, LogEntry Log);

/// <summary>Two commitments were paired.</summary>
/// <param name="IdHash">keccak256(one ++ two).</param>
/// <param name="One">The commitment that waited.</param>
/// <param name="Two">The commitment that met it.</param>
/// <param name="LeftOfTwo">Left child of the second.</param>
/// <param name="Log">The log it was read from.</param>
public sealed record MatchCreated(Hash32 IdHash, Hash32 One, Hash32 Two, Hash32 LeftOfTwo, LogEntry Log);

/// <summary>A step of a match.</summary>
/// <param name="IdHash">The match.</param>
/// <param name="OtherParent">Node of the other side that is disputed now.</param>
/// <param name="LeftNode">Left child of the node that was disputed before.</param>
/// <param name="Log">The log it was read from.</param>
public sealed record MatchAdvanced(Hash32 IdHash, Hash32 OtherParent, Hash32 LeftNode, LogEntry Log);

/// <summary>A match ended.</summary>
/// <param name="IdHash">The match.</param>
/// <param name="One">The commitment that waited.</param>
/// <param name="Two">The commitment that met it.</param>
/// <param name="Reason">0 a step on chain, 1 a timeout, 2 the tournament below.</param>
/// <param name="Winner">0 nobody, 1 the first, 2 the second.</param>
/// <param name="Log">The log it was read from.</param>
public sealed record MatchDeleted(Hash32 IdHash, Hash32 One, Hash32 Two, byte Reason, byte Winner, LogEntry Log);

/// <summary>A match is decided one level down.</summary>
/// <param name="MatchIdHash">The match.</param>
/// <param name="Tournament">Tournament that decides it.</param>
/// <param name="Log">The log it was read from.</param>
public sealed record NewInnerTournament(Hash32 MatchIdHash, Address Tournament, LogEntry Log);
