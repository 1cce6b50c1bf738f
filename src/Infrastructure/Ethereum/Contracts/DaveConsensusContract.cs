using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>
/// DaveConsensus of Dave 2.1, one per application; it seals epochs and settles them by tournament. It is also the application's
/// outputs root validator.
/// </summary>
public static class DaveConsensusContract
{
    private static readonly AbiFunction SealedFunction = new("getCurrentSealedEpoch()");
    private static readonly AbiFunction CanSettleFunction = new("canSettle()");
    private static readonly AbiFunction SettleFunction = new("settle(uint256,bytes32,bytes32[])");
    private static readonly AbiFunction DeploymentFunction = new("getDeploymentBlockNumber()");
    private static readonly AbiFunction InputBoxFunction = new("getInputBox()");
    private static readonly AbiFunction ApplicationFunction = new("getApplicationContract()");
    private static readonly AbiFunction FactoryFunction = new("getTournamentFactory()");

    /// <summary>ERC-165 id of IOutputsMerkleRootValidator, reported by DaveConsensus, Authority and Quorum.</summary>
    public const uint OutputsMerkleRootValidatorInterface = 0xe5cc8664;

    /// <summary>
    /// ERC-165 id of the same interface in @cartesi/rollups 3.0.0-alpha, used by Dave 3, where it also has
    /// getLastFinalizedMachineMerkleRoot(address).
    /// </summary>
    public static uint OutputsMerkleRootValidatorInterfaceOf3 { get; } =
        OutputsMerkleRootValidatorInterface ^ new AbiFunction("getLastFinalizedMachineMerkleRoot(address)").Selector;

    /// <summary>Topic 0 of EpochSealed; none of its arguments is indexed in Dave 2.1.</summary>
    public static Hash32 EpochSealedTopic { get; } =
        AbiFunction.EventTopic("EpochSealed(uint256,uint256,uint256,bytes32,bytes32,address)");

    /// <summary>The epoch being decided.</summary>
    public static CallRequest GetCurrentSealedEpoch(Address consensus) => new(consensus, SealedFunction.Encode());

    /// <summary>Whether the sealed epoch's tournament is over; reverts with TournamentFailedNoWinner if it has no winner.</summary>
    public static CallRequest CanSettle(Address consensus) => new(consensus, CanSettleFunction.Encode());

    /// <summary>Call data that settles the sealed epoch with the winner's result; any account may send it.</summary>
    /// <param name="epoch">Number of the sealed epoch.</param>
    /// <param name="outputsMerkleRoot">Outputs root of the epoch's last machine state.</param>
    /// <param name="proof">59 siblings, bottom-up, to that state's root.</param>
    public static byte[] Settle(ulong epoch, Hash32 outputsMerkleRoot, IReadOnlyList<Hash32> proof) =>
        SettleFunction.Encode(AbiValue.Of(epoch), AbiValue.Of(outputsMerkleRoot), AbiValue.Of(proof));

    /// <summary>Block of the contract's deployment, which seals epoch 0.</summary>
    public static CallRequest GetDeploymentBlockNumber(Address consensus) => new(consensus, DeploymentFunction.Encode());

    /// <summary>InputBox whose inputs it seals.</summary>
    public static CallRequest GetInputBox(Address consensus) => new(consensus, InputBoxFunction.Encode());

    /// <summary>Its application.</summary>
    public static CallRequest GetApplicationContract(Address consensus) => new(consensus, ApplicationFunction.Encode());

    /// <summary>Factory of its tournaments.</summary>
    public static CallRequest GetTournamentFactory(Address consensus) => new(consensus, FactoryFunction.Encode());

    /// <summary>Decodes the result of <see cref="GetCurrentSealedEpoch"/>.</summary>
    /// <exception cref="AbiException">The data is not that.</exception>
    public static CurrentSealedEpoch DecodeCurrentSealedEpoch(byte[] data)
    {
        var reader = new AbiReader(data);
        return new CurrentSealedEpoch(
            reader.Number(0, "epoch number"),
            reader.Number(1, "input index lower bound"),
            reader.Number(2, "input index upper bound"),
            reader.Address(3)
        );
    }

    /// <summary>Decodes the result of <see cref="CanSettle"/>.</summary>
    /// <exception cref="AbiException">The data is not that.</exception>
    public static (bool IsFinished, ulong EpochNumber, Hash32 WinnerCommitment) DecodeCanSettle(byte[] data)
    {
        var reader = new AbiReader(data);
        return (reader.Bool(0), reader.Number(1, "epoch number"), reader.Hash(2));
    }

    /// <summary>Reads an EpochSealed log.</summary>
    /// <exception cref="AbiException">The log is not one of Dave 2.1.</exception>
    public static EpochSealed DecodeEpochSealed(LogEntry log)
    {
        Topics.Require(log, EpochSealedTopic, 1, "EpochSealed");
        var reader = new AbiReader(log.Data);
        return new EpochSealed(
            log.Address,
            reader.Number(0, "epoch number"),
            reader.Number(1, "input index lower bound"),
            reader.Number(2, "input index upper bound"),
            reader.Hash(3),
            reader.Hash(4),
            reader.Address(5),
            log
        );
    }
}
