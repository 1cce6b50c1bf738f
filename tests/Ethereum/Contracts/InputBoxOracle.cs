using System.Numerics;
using System.Text.Json.Nodes;
using Nethereum.EVM;
using Nethereum.EVM.BlockchainState;
using Nethereum.Hex.HexTypes;
using Nethereum.RPC.Eth.DTOs;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Ethereum.Tests.Contracts;

/// <summary>The published InputBox, run in this process by an EVM: what it emits is what an input is.</summary>
internal sealed class InputBoxOracle
{
    public const long DeploymentBlock = 5;

    private readonly ExecutionStateService _state = new(new EmptyChain());
    private byte[] _code = [];

    public static Address Contract { get; } = Address.Parse("0x1b51e2992a2755ba4d6f7094032df91991a0cfac");

    public static BigInteger ChainId => 31337;

    public static Hash32 PrevRandao { get; } = Keccak256.Hash([7]);

    public static async Task<InputBoxOracle> DeployAsync()
    {
        var oracle = new InputBoxOracle();
        var path = Path.Combine(NodeModules.Find(), "@cartesi", "rollups", "out", "InputBox.sol", "InputBox.json");
        var creation = JsonNode.Parse(await File.ReadAllTextAsync(path))!["bytecode"]!.Bytes("object");
        oracle._code = (await oracle.RunAsync(creation, Address.Zero, [], DeploymentBlock, 0)).Result;
        oracle._code.ShouldNotBeEmpty();
        return oracle;
    }

    /// <summary>The data that a call returns, and the logs that it emits.</summary>
    public async Task<(byte[] Result, IReadOnlyList<LogEntry> Logs)> CallAsync(byte[] data, Address from, long block, long timestamp)
    {
        var result = await RunAsync(_code, from, data, block, timestamp);
        return (result.Result, [.. (result.Logs ?? []).Select(ToLog)]);
    }

    private static LogEntry ToLog(FilterLog log) =>
        TestVector.Log([.. log.Topics.Select(topic => Hash32.Parse(Prefixed((string)topic)))], Hex.Decode(Prefixed(log.Data)));

    private static string Prefixed(string hex) => hex.StartsWith("0x", StringComparison.Ordinal) ? hex : "0x" + hex;

    private async Task<ProgramResult> RunAsync(byte[] code, Address from, byte[] data, long block, long timestamp)
    {
        var call = new CallInput
        {
            From = from.ToString(),
            To = Contract.ToString(),
            Data = Hex.Encode(data),
            Value = new HexBigInteger(0),
            Gas = new HexBigInteger(30_000_000),
            ChainId = new HexBigInteger(ChainId),
        };
        var context = new ProgramContext(call, _state, from.ToString(), Contract.ToString(), block, timestamp)
        {
            Difficulty = new BigInteger(PrevRandao.ToByteArray(), isUnsigned: true, isBigEndian: true),
        };
        var program = await new EVMSimulator().ExecuteWithCallStackAsync(new Nethereum.EVM.Program(code, context), traceEnabled: false);
        program.ProgramResult.IsRevert.ShouldBeFalse(program.ProgramResult.Exception?.Message);
        return program.ProgramResult;
    }

    /// <summary>A chain on which nothing was before.</summary>
    private sealed class EmptyChain : INodeDataService
    {
        public Task<BigInteger> GetBalanceAsync(byte[] address) => Task.FromResult(BigInteger.Zero);

        public Task<BigInteger> GetBalanceAsync(string address) => Task.FromResult(BigInteger.Zero);

        public Task<byte[]> GetCodeAsync(byte[] address) => Task.FromResult(Array.Empty<byte>());

        public Task<byte[]> GetCodeAsync(string address) => Task.FromResult(Array.Empty<byte>());

        public Task<byte[]> GetBlockHashAsync(BigInteger blockNumber) => Task.FromResult(new byte[32]);

        public Task<byte[]> GetStorageAtAsync(byte[] address, BigInteger position) => Task.FromResult(new byte[32]);

        public Task<byte[]> GetStorageAtAsync(string address, BigInteger position) => Task.FromResult(new byte[32]);

        public Task<BigInteger> GetTransactionCount(byte[] address) => Task.FromResult(BigInteger.Zero);

        public Task<BigInteger> GetTransactionCount(string address) => Task.FromResult(BigInteger.Zero);
    }
}
