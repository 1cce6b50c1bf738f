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
    /// <exception cref="AbiException">The log is not one, or has a reason or winner unknown to Dave 2.1.</exception>
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
