using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>InputBox of @cartesi/rollups 2.2.0: accepts inputs for every application.</summary>
public static class InputBoxContract
{
    private static readonly AbiFunction AddInputFunction = new("addInput(address,bytes)");
    private static readonly AbiFunction NumberOfInputsFunction = new("getNumberOfInputs(address)");
    private static readonly AbiFunction DeploymentBlockFunction = new("getDeploymentBlockNumber()");

    /// <summary>Topic 0 of InputAdded(address indexed appContract, uint256 indexed index, bytes input).</summary>
    public static Hash32 InputAddedTopic { get; } = AbiFunction.EventTopic("InputAdded(address,uint256,bytes)");

    /// <summary>Adds an input. The encoded EvmAdvance must not exceed 65,536 bytes: 65,216 payload bytes fit.</summary>
    public static byte[] AddInput(Address application, ReadOnlySpan<byte> payload) =>
        AddInputFunction.Encode(AbiValue.Of(application), AbiValue.Of(payload));

    /// <summary>Number of inputs of an application.</summary>
    public static CallRequest GetNumberOfInputs(Address inputBox, Address application) =>
        new(inputBox, NumberOfInputsFunction.Encode(AbiValue.Of(application)));

    /// <summary>Block in which the InputBox was deployed.</summary>
    public static CallRequest GetDeploymentBlockNumber(Address inputBox) => new(inputBox, DeploymentBlockFunction.Encode());

    /// <summary>Topic 1 of the logs of an application.</summary>
    public static Hash32 ApplicationTopic(Address application) => Topics.Of(application);

    /// <summary>Reads an InputAdded log.</summary>
    /// <exception cref="AbiException">The log is not one.</exception>
    public static InputAdded DecodeInputAdded(LogEntry log)
    {
        Topics.Require(log, InputAddedTopic, 3, "InputAdded");
        return new InputAdded(Topics.Address(log, 1), Topics.Number(log, 2, "input index"), new AbiReader(log.Data).Bytes(0), log);
    }
}
