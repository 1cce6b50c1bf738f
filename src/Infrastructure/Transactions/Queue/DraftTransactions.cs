using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;

namespace Rollups.Transactions;

/// <summary>Turns a request into a signed transaction: what it may cost, and whether the account can pay it.</summary>
internal sealed partial class DraftTransactions(
    IEthereumClient client,
    ITransactionSigner signer,
    BoundedFees fees,
    ChainIdentity chain,
    ILogger<DraftTransactions> logger
)
{
    // Epochs already logged as ones that the account cannot pay for.
    private readonly ConcurrentDictionary<(int Application, ulong Epoch, TransactionKind Kind), bool> _cannotPay = new();

    /// <summary>The estimate with its margin; null if the account lacks the value that the transaction transfers.</summary>
    /// <exception cref="ContractRevertedException">The contract would refuse it.</exception>
    public async Task<ulong?> GasLimitAsync(TransactionRequest request, CancellationToken cancellationToken)
    {
        // Endpoints word a lack of ether differently, and some report it as a revert.
        if (!request.Value.IsZero && !await CanPayAsync(request, cancellationToken))
            return null;
        var gas = await client.EstimateGasAsync(
            new CallRequest(request.To, request.Data, signer.Address, request.Value),
            cancellationToken
        );
        return gas + (gas * (ulong)request.Kind.GasMarginPercent() / 100);
    }

    /// <summary>Signs it at the current fees.</summary>
    public async Task<SignedDraft> SignAsync(TransactionRequest request, ulong nonce, ulong gasLimit, CancellationToken cancellationToken)
    {
        var price = await fees.CurrentAsync(cancellationToken);
        var unsigned = new UnsignedTransaction(chain.ChainId, nonce, request.To, request.Value, request.Data, gasLimit, price);
        return new SignedDraft(unsigned, await signer.SignAsync(unsigned, cancellationToken));
    }

    private async Task<bool> CanPayAsync(TransactionRequest request, CancellationToken cancellationToken)
    {
        var key = (request.Application.Id, request.Epoch.Index, request.Kind);
        var balance = await client.GetBalanceAsync(signer.Address, BlockTag.Latest, cancellationToken);
        if (balance > request.Value)
        {
            _cannotPay.TryRemove(key, out _);
            return true;
        }

        if (_cannotPay.TryAdd(key, true))
        {
            LogCannotPay(
                logger,
                request.Application.Name,
                request.Kind.Describe(),
                request.Epoch.Index,
                TransactionMetrics.InEther(request.Value),
                signer.Address,
                TransactionMetrics.InEther(balance)
            );
        }

        return false;
    }

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "{Application}: the {What} of epoch {Epoch} needs {Needed} ether and gas, but the account {Signer} has {Balance} ether. Nothing "
            + "was sent; send it ether, and the next head tries again."
    )]
    private static partial void LogCannotPay(
        ILogger logger,
        string application,
        string what,
        ulong epoch,
        double needed,
        Address signer,
        double balance
    );
}
