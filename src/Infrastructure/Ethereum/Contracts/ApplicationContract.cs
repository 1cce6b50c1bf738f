using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>Application of @cartesi/rollups 2.2.0: validates and executes outputs.</summary>
public static class ApplicationContract
{
    private static readonly AbiFunction TemplateHashFunction = new("getTemplateHash()");
    private static readonly AbiFunction ValidatorFunction = new("getOutputsMerkleRootValidator()");
    private static readonly AbiFunction DataAvailabilityFunction = new("getDataAvailability()");
    private static readonly AbiFunction DeploymentBlockFunction = new("getDeploymentBlockNumber()");
    private static readonly AbiFunction ExecutedFunction = new("getNumberOfExecutedOutputs()");
    private static readonly AbiFunction WasExecutedFunction = new("wasOutputExecuted(uint256)");
    private static readonly AbiFunction ExecuteFunction = new("executeOutput(bytes,(uint64,bytes32[]))");
    private static readonly AbiFunction ValidateFunction = new("validateOutput(bytes,(uint64,bytes32[]))");
    private static readonly AbiFunction MigrateFunction = new("migrateToOutputsMerkleRootValidator(address)");

    /// <summary>Topic 0 of OutputExecuted(uint64 outputIndex, bytes output), nothing indexed.</summary>
    public static Hash32 OutputExecutedTopic { get; } = AbiFunction.EventTopic("OutputExecuted(uint64,bytes)");

    /// <summary>Root hash of the machine that the application was deployed with.</summary>
    public static CallRequest GetTemplateHash(Address application) => new(application, TemplateHashFunction.Encode());

    /// <summary>The consensus contract.</summary>
    public static CallRequest GetOutputsMerkleRootValidator(Address application) => new(application, ValidatorFunction.Encode());

    /// <summary>Encoded description of the source of inputs.</summary>
    public static CallRequest GetDataAvailability(Address application) => new(application, DataAvailabilityFunction.Encode());

    /// <summary>Block in which the application was deployed.</summary>
    public static CallRequest GetDeploymentBlockNumber(Address application) => new(application, DeploymentBlockFunction.Encode());

    /// <summary>Number of outputs executed so far.</summary>
    public static CallRequest GetNumberOfExecutedOutputs(Address application) => new(application, ExecutedFunction.Encode());

    /// <summary>Whether the output was executed.</summary>
    public static CallRequest WasOutputExecuted(Address application, ulong outputIndex) =>
        new(application, WasExecutedFunction.Encode(AbiValue.Of(outputIndex)));

    /// <summary>Call data that executes an output with its proof (63 siblings, bottom-up).</summary>
    public static byte[] ExecuteOutput(ReadOnlySpan<byte> output, ulong outputIndex, IReadOnlyList<Hash32> siblings) =>
        ExecuteFunction.Encode(AbiValue.Of(output), AbiValue.Tuple(AbiValue.Of(outputIndex), AbiValue.Of(siblings)));

    /// <summary>A call that returns if the proof is valid, and reverts otherwise.</summary>
    public static CallRequest ValidateOutput(
        Address application,
        ReadOnlySpan<byte> output,
        ulong outputIndex,
        IReadOnlyList<Hash32> siblings
    ) => new(application, ValidateFunction.Encode(AbiValue.Of(output), AbiValue.Tuple(AbiValue.Of(outputIndex), AbiValue.Of(siblings))));

    /// <summary>Call data that replaces the consensus contract; only the owner may.</summary>
    public static byte[] MigrateToOutputsMerkleRootValidator(Address consensus) => MigrateFunction.Encode(AbiValue.Of(consensus));

    /// <summary>Reads an OutputExecuted log.</summary>
    /// <exception cref="AbiException">The log is not one.</exception>
    public static OutputExecuted DecodeOutputExecuted(LogEntry log)
    {
        Topics.Require(log, OutputExecutedTopic, 1, "OutputExecuted");
        var reader = new AbiReader(log.Data);
        return new OutputExecuted(reader.Number(0, "output index"), reader.Bytes(1), log);
    }
}
