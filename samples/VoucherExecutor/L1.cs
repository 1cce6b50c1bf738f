namespace VoucherExecutor;

/// <summary>The application contracts on L1.</summary>
public interface IL1
{
    /// <summary>EIP-155 id of the chain.</summary>
    ulong ChainId { get; }

    Task<bool> WasExecutedAsync(string application, ulong output);

    /// <summary>Executes the voucher and waits for its block; returns the reason if it reverts.</summary>
    Task<string?> ExecuteAsync(string application, Voucher voucher, CancellationToken token);
}

/// <summary>The contracts of @cartesi/rollups 2.2.0, by Nethereum.</summary>
public sealed class L1(Web3 web3) : IL1
{
    private const string Abi = """
        [{"type":"function","name":"wasOutputExecuted","inputs":[{"name":"i","type":"uint256"}],"outputs":[{"name":"","type":"bool"}]},
         {"type":"function","name":"executeOutput","inputs":[{"name":"output","type":"bytes"},{"name":"proof","type":"tuple","components":[
           {"name":"outputIndex","type":"uint64"},{"name":"outputHashesSiblings","type":"bytes32[]"}]}],"outputs":[]}]
        """;

    // Of the account, which signs for this chain alone.
    public ulong ChainId => (ulong)web3.TransactionManager.ChainId!.Value;

    public Task<bool> WasExecutedAsync(string application, ulong output) =>
        web3.Eth.GetContract(Abi, application).GetFunction("wasOutputExecuted").CallAsync<bool>(output);

    public async Task<string?> ExecuteAsync(string application, Voucher voucher, CancellationToken token)
    {
        var execute = web3.Eth.GetContract(Abi, application).GetFunction("executeOutput");
        var payer = web3.TransactionManager.Account.Address;
        object[] args = [voucher.Output, new object[] { voucher.Index, voucher.Siblings }];
        try
        {
            // The estimate of the gas reverts where the transaction would, which is then not sent.
            var gas = await execute.EstimateGasAsync(payer, null, null, args);
            var receipt = await execute.SendTransactionAndWaitForReceiptAsync(payer, gas, null, token, args);
            return receipt.Status.Value.IsOne ? null : $"in transaction {receipt.TransactionHash}";
        }
        catch (Exception e)
        {
            // Nethereum counts a nonce that it could not send.
            await (web3.TransactionManager.Account.NonceService?.ResetNonceAsync() ?? Task.CompletedTask);
            if ($"{e.GetType().Name} {e.Message}".Contains("revert", StringComparison.OrdinalIgnoreCase))
                return e.Message;
            throw;
        }
    }
}
