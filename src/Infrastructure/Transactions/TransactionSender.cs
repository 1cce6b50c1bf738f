using System.Collections.Concurrent;
using System.Numerics;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <inheritdoc cref="ITransactionSender" />
internal sealed partial class TransactionSender(
    IEthereumClient client,
    ITransactionSigner signer,
    FeeEstimator fees,
    StoredTransactions transactions,
    SignerQueue queue,
    BroadcastTransactions broadcast,
    FollowTransactions follow,
    InputHistoryCheck history,
    ChainIdentity chain,
    TransactionOptions options,
    ILogger<TransactionSender> logger
) : ITransactionSender
{
    // Epochs already logged as ones that the account cannot pay for.
    private readonly ConcurrentDictionary<(int Application, ulong Epoch, TransactionKind Kind), bool> _cannotPay = new();

    public Address Account => signer.Address;

    public async Task<FollowedTransaction> FollowAsync(
        Application application,
        Epoch epoch,
        ulong top,
        CancellationToken cancellationToken
    ) =>
        await transactions.PendingOfAsync(application, epoch, cancellationToken) is { } pending
            ? await follow.FollowAsync(application, pending, top, cancellationToken)
            : new FollowedTransaction(TransactionStanding.None);

    public Task<Sending> SendAsync(TransactionRequest request, ulong head, ulong top, CancellationToken cancellationToken) =>
        queue.InTurnAsync((turn, token) => SendInTurnAsync(turn, request, head, top, token), Sending.Waiting, cancellationToken);

    public async Task ConfirmAsync(Application application, L1Transaction transaction, CancellationToken cancellationToken) =>
        await follow.CloseAsync(
            application.Name,
            transaction,
            TransactionState.Confirmed,
            await follow.ReceiptAsync(transaction, cancellationToken),
            cancellationToken
        );

    public async Task CountAsync(Application application, TransactionKind kind, Hash32 transaction, CancellationToken cancellationToken)
    {
        TransactionReceipt? receipt = null;
        try
        {
            receipt = await client.GetReceiptAsync(transaction, cancellationToken);
        }
        catch (Exception exception) when (exception is EthereumRpcException or EthereumUnreachableException)
        {
            // Only the metric is missing; the work goes on.
            LogCostUnknown(logger, application.Name, transaction, exception.Message);
        }

        TransactionMetrics.HasEnded(application.Name, kind, TransactionState.Confirmed, receipt);
    }

    private async Task<Sending> SendInTurnAsync(
        ILease turn,
        TransactionRequest request,
        ulong head,
        ulong top,
        CancellationToken cancellationToken
    )
    {
        var (application, epoch) = (request.Application, request.Epoch);
        if (request.Kind.TellsResult() && await history.FindMismatchAsync(application.Id, epoch.Index, cancellationToken) is { } doubt)
        {
            broadcast.Withhold(application.Name, request.Kind, epoch.Index, doubt);
            return Sending.Waiting;
        }

        // Endpoints word a lack of ether differently, and some report it as a revert.
        if (!request.Value.IsZero && !await CanPayAsync(request, cancellationToken))
            return Sending.Waiting;
        var gas = await client.EstimateGasAsync(
            new CallRequest(request.To, request.Data, signer.Address, request.Value),
            cancellationToken
        );
        await follow.ResolveOrphansAsync(turn, head, top, cancellationToken);
        var price = FeeRules.Bounded(await fees.EstimateAsync(cancellationToken), options.MaxFeePerGas);
        var counted = await client.GetTransactionCountAsync(signer.Address, BlockTag.Pending, cancellationToken);
        if (
            await follow.IsBehindAsync(counted, Math.Max(head, top), cancellationToken)
            || await transactions.NextNonceAsync(turn, signer.Address, counted, cancellationToken) is not { } nonce
        )
            return Sending.Waiting;
        var limit = gas + (gas * (ulong)request.Kind.GasMarginPercent() / 100);
        var unsigned = new UnsignedTransaction(chain.ChainId, nonce, request.To, request.Value, request.Data, limit, price);
        var signed = await signer.SignAsync(unsigned, cancellationToken);
        if (
            !await transactions.StoreAsync(turn, request, signer.Address, unsigned, signed, head, cancellationToken)
            || await transactions.PendingOfAsync(application, epoch, cancellationToken) is not { } stored
        )
            return Sending.Waiting;
        TransactionMetrics.Offers(price);
        LogDecided(logger, application.Name, request.Kind.Describe(), epoch.Index, signed.Hash, signer.Address, nonce);
        return await broadcast.BroadcastAsync(application.Name, stored, top, cancellationToken);
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
        1,
        LogLevel.Debug,
        "{Application}: the {What} of epoch {Epoch} is stored as transaction {Transaction} of {Signer}, nonce {Nonce}."
    )]
    private static partial void LogDecided(
        ILogger logger,
        string application,
        string what,
        ulong epoch,
        Hash32 transaction,
        Address signer,
        ulong nonce
    );

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

    [LoggerMessage(3, LogLevel.Debug, "{Application}: what transaction {Transaction} cost could not be read: {Error}")]
    private static partial void LogCostUnknown(ILogger logger, string application, Hash32 transaction, string error);
}
