using System.Numerics;
using Rollups.Cli.Output;
using Rollups.Cli.Read;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Settings;

namespace Rollups.Cli.L1;

/// <summary>Sends transactions of the configured signer, one after the other, each until it is in a block.</summary>
/// <param name="l1">The chain, opened with its signer.</param>
/// <param name="output">Takes the progress.</param>
/// <param name="timeout">The command waits this long for a block.</param>
internal sealed class L1Account(L1Connection l1, CommandOutput output, TimeSpan timeout)
{
    // Another transaction may make this one dearer before it is mined.
    private const int GasMarginPercent = 20;

    /// <summary>The account that pays.</summary>
    public Address Address => l1.Signer.Address;

    /// <summary>The chain.</summary>
    public L1Connection L1 => l1;

    /// <summary>What a transaction may cost now.</summary>
    /// <param name="what">The transaction at the beginning of a sentence, such as <c>The deposit</c>.</param>
    /// <param name="call">Contract, call data and value.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="OperatorException">It would revert, or the account cannot pay it.</exception>
    public async Task<Quote> QuoteAsync(string what, CallRequest call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        var balance = await l1.Client.GetBalanceAsync(Address, BlockTag.Latest, cancellationToken);
        // Endpoints word a lack of ether differently, and some report it as a revert.
        if (balance <= call.Value)
            throw CannotPay(what, call.Value, balance);
        ulong gas;
        try
        {
            gas = await l1.Client.EstimateGasAsync(call with { From = Address }, cancellationToken);
        }
        catch (ContractRevertedException revert)
        {
            throw new OperatorException($"{what} would revert: {revert.Reason.TrimEnd('.')}. Nothing was sent.", revert);
        }
        var quote = new Quote(gas + (gas * GasMarginPercent / 100), await l1.Fees.EstimateAsync(cancellationToken), call.Value);
        return balance < quote.Most ? throw CannotPay(what, quote.Most, balance) : quote;
    }

    /// <summary>Sends it and waits for its block.</summary>
    /// <inheritdoc cref="QuoteAsync" path="/param"/>
    /// <exception cref="OperatorException">It would revert or did, or the account cannot pay it.</exception>
    /// <exception cref="UnreachableException">The endpoint went away, or no block came in time: it may still take effect.</exception>
    public async Task<SentTransaction> SendAsync(string what, CallRequest call, CancellationToken cancellationToken) =>
        await SendAsync(what, call, await QuoteAsync(what, call, cancellationToken), cancellationToken);

    /// <summary>The same at a price that was shown.</summary>
    public async Task<SentTransaction> SendAsync(string what, CallRequest call, Quote quote, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(quote);
        var nonce = await l1.Client.GetTransactionCountAsync(Address, BlockTag.Pending, cancellationToken);
        var signed = await l1.Signer.SignAsync(
            new UnsignedTransaction(l1.ChainId, nonce, call.To, call.Value, call.Data, quote.GasLimit, quote.Fees),
            cancellationToken
        );
        var receipt = await SubmitAsync(signed, nonce, cancellationToken);
        var fee = receipt.GasUsed * receipt.EffectiveGasPrice;
        if (!receipt.Succeeded)
            throw new OperatorException(
                $"{what} reverted in block {receipt.BlockNumber}, transaction {signed.Hash}: "
                    + $"{await ReasonAsync(call, receipt, cancellationToken)}. The account {Address} paid {Ether.Of(fee)} for it."
            );
        return new SentTransaction(signed.Hash, receipt.BlockNumber, Address, nonce, receipt.GasUsed, fee, call.Value, receipt.Logs);
    }

    private async Task<TransactionReceipt> SubmitAsync(SignedTransaction signed, ulong nonce, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            await l1.Client.SendRawTransactionAsync(signed.RawBytes, limit.Token);
            output.Note($"Sent the transaction {signed.Hash} (nonce {nonce} of {Address}); waiting for its block.");
            await foreach (var _ in l1.Heads.FollowAsync(limit.Token))
            {
                if (await l1.Client.GetReceiptAsync(signed.Hash, limit.Token) is { } receipt)
                    return receipt;
            }
        }
        catch (EthereumUnreachableException exception)
        {
            throw MayTakeEffect($"The L1 endpoint went away: {exception.Message.TrimEnd('.')}.", exception);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Reported below.
        }
        throw MayTakeEffect($"No block has the transaction after {timeout.TotalSeconds:0} s.", null);

        UnreachableException MayTakeEffect(string why, Exception? cause) =>
            new(
                $"{why} The transaction {signed.Hash} (nonce {nonce} of {Address}) may still take effect: look for its receipt before "
                    + "you send it again.",
                cause
            );
    }

    // No receipt has the reason: repeat the call as of its block, whose state includes what was mined before it.
    private async Task<string> ReasonAsync(CallRequest call, TransactionReceipt receipt, CancellationToken cancellationToken)
    {
        try
        {
            await l1.Client.CallAsync(call with { From = Address }, BlockTag.At(receipt.BlockNumber), cancellationToken);
            return "the call succeeds now, so another transaction came first or its gas did not suffice";
        }
        catch (ContractRevertedException revert)
        {
            return revert.Reason.TrimEnd('.');
        }
        catch (EthereumRpcException)
        {
            return "the endpoint does not give the reason";
        }
    }

    private OperatorException CannotPay(string what, BigInteger needed, BigInteger balance) =>
        new(
            $"{what} may cost up to {Ether.Of(needed)}, but the account {Address} has {Ether.Of(balance)}: send it ether. "
                + "Nothing was sent."
        );
}
