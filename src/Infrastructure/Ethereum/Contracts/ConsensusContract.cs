using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>
/// The functions shared by Authority and Quorum of @cartesi/rollups 2.2.0 (IConsensus), with those that distinguish them.
/// </summary>
public static class ConsensusContract
{
    private static readonly AbiFunction SubmitClaimFunction = new("submitClaim(address,uint256,bytes32)");
    private static readonly AbiFunction EpochLengthFunction = new("getEpochLength()");
    private static readonly AbiFunction SupportsInterfaceFunction = new("supportsInterface(bytes4)");
    private static readonly AbiFunction RootValidFunction = new("isOutputsMerkleRootValid(address,bytes32)");
    private static readonly AbiFunction OwnerFunction = new("owner()");
    private static readonly AbiFunction TransferOwnershipFunction = new("transferOwnership(address)");

    /// <summary>ERC-165 id of IConsensus: Authority and Quorum report it.</summary>
    public const uint ConsensusInterface = 0x90b2f346;

    /// <summary>ERC-165 id of IQuorum: only Quorum reports it.</summary>
    public const uint QuorumInterface = 0x3c925a62;

    /// <summary>
    /// Topic 0 of ClaimSubmitted(address indexed submitter, address indexed appContract, uint256 lastProcessedBlockNumber, bytes32
    /// outputsMerkleRoot).
    /// </summary>
    public static Hash32 ClaimSubmittedTopic { get; } = AbiFunction.EventTopic("ClaimSubmitted(address,address,uint256,bytes32)");

    /// <summary>
    /// Topic 0 of ClaimAccepted(address indexed appContract, uint256 lastProcessedBlockNumber, bytes32 outputsMerkleRoot).
    /// </summary>
    public static Hash32 ClaimAcceptedTopic { get; } = AbiFunction.EventTopic("ClaimAccepted(address,uint256,bytes32)");

    /// <summary>Call data that claims an epoch.</summary>
    public static byte[] SubmitClaim(Address application, ulong lastProcessedBlock, Hash32 outputsMerkleRoot) =>
        SubmitClaimFunction.Encode(AbiValue.Of(application), AbiValue.Of(lastProcessedBlock), AbiValue.Of(outputsMerkleRoot));

    /// <summary>Blocks per epoch.</summary>
    public static CallRequest GetEpochLength(Address consensus) => new(consensus, EpochLengthFunction.Encode());

    /// <summary>ERC-165.</summary>
    public static CallRequest SupportsInterface(Address consensus, uint interfaceId) =>
        new(consensus, SupportsInterfaceFunction.Encode(AbiValue.OfBytes4(interfaceId)));

    /// <summary>Whether the root was ever accepted for the application; does not prove that a given epoch was claimed.</summary>
    public static CallRequest IsOutputsMerkleRootValid(Address consensus, Address application, Hash32 root) =>
        new(consensus, RootValidFunction.Encode(AbiValue.Of(application), AbiValue.Of(root)));

    /// <summary>Owner of an Authority.</summary>
    public static CallRequest Owner(Address authority) => new(authority, OwnerFunction.Encode());

    /// <summary>Call data that transfers an Authority to another owner.</summary>
    public static byte[] TransferOwnership(Address newOwner) => TransferOwnershipFunction.Encode(AbiValue.Of(newOwner));

    /// <summary>Topic of an application, in position 2 of ClaimSubmitted and 1 of ClaimAccepted.</summary>
    public static Hash32 ApplicationTopic(Address application) => Topics.Of(application);

    /// <summary>Reads a ClaimSubmitted log.</summary>
    /// <exception cref="AbiException">The log is not one.</exception>
    public static Claim DecodeClaimSubmitted(LogEntry log)
    {
        Topics.Require(log, ClaimSubmittedTopic, 3, "ClaimSubmitted");
        var reader = new AbiReader(log.Data);
        return new Claim(Topics.Address(log, 2), reader.Number(0, "last processed block"), reader.Hash(1), Topics.Address(log, 1), log);
    }

    /// <summary>Reads a ClaimAccepted log.</summary>
    /// <exception cref="AbiException">The log is not one.</exception>
    public static Claim DecodeClaimAccepted(LogEntry log)
    {
        Topics.Require(log, ClaimAcceptedTopic, 2, "ClaimAccepted");
        var reader = new AbiReader(log.Data);
        return new Claim(Topics.Address(log, 1), reader.Number(0, "last processed block"), reader.Hash(1), null, log);
    }
}
