using Nethereum.ABI.FunctionEncoding;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;
using Nethereum.JsonRpc.Client;
using Nethereum.Web3;

namespace VoucherExecutor;

/// <summary>The application contracts on L1.</summary>
public interface IApplicationContracts
{
    Task<bool> WasExecutedAsync(string application, Voucher voucher, CancellationToken cancellationToken);

    /// <summary>Executes the voucher and waits for its block; the reason if the contract refuses it.</summary>
    Task<string?> ExecuteAsync(string application, Voucher voucher, CancellationToken cancellationToken);
}

/// <summary>The contracts of @cartesi/rollups 2.2.0, by Nethereum and the account of the executor.</summary>
public sealed class ApplicationContracts(Web3 web3) : IApplicationContracts
{
    public Task<bool> WasExecutedAsync(string application, Voucher voucher, CancellationToken cancellationToken) =>
        web3
            .Eth.GetContractQueryHandler<WasOutputExecuted>()
            .QueryAsync<bool>(application, new WasOutputExecuted { OutputIndex = voucher.Index });

    public async Task<string?> ExecuteAsync(string application, Voucher voucher, CancellationToken cancellationToken)
    {
        var call = new ExecuteOutput
        {
            Output = voucher.Output,
            Proof = new OutputValidityProof { OutputIndex = voucher.Index, Siblings = [.. voucher.Siblings] },
        };
        try
        {
            // The estimate of the gas reverts where the call would, so nothing is sent then.
            var receipt = await web3
                .Eth.GetContractTransactionHandler<ExecuteOutput>()
                .SendRequestAndWaitForReceiptAsync(application, call, cancellationToken);
            return receipt.Status.Value.IsOne ? null : $"transaction {receipt.TransactionHash} reverted";
        }
        catch (Exception exception) when (exception is SmartContractRevertException or SmartContractCustomErrorRevertException)
        {
            return exception.Message;
        }
        catch (RpcResponseException exception) when (exception.Message.Contains("revert", StringComparison.OrdinalIgnoreCase))
        {
            return exception.Message;
        }
    }

    [Function("wasOutputExecuted", "bool")]
    private sealed class WasOutputExecuted : FunctionMessage
    {
        [Parameter("uint256", "outputIndex", 1)]
        public ulong OutputIndex { get; set; }
    }

    [Function("executeOutput")]
    private sealed class ExecuteOutput : FunctionMessage
    {
        [Parameter("bytes", "output", 1)]
        public byte[] Output { get; set; } = [];

        [Parameter("tuple", "proof", 2)]
        public OutputValidityProof Proof { get; set; } = new();
    }

    private sealed class OutputValidityProof
    {
        [Parameter("uint64", "outputIndex", 1)]
        public ulong OutputIndex { get; set; }

        [Parameter("bytes32[]", "outputHashesSiblings", 2)]
        public List<byte[]> Siblings { get; set; } = [];
    }
}
