using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>Replaces a transaction that must not be mined with one that does nothing and uses up its nonce.</summary>
internal sealed partial class CancelTransactions(
    IEthereumClient client,
    ITransactionSigner signer,
    RaiseTransactions raise,
    ILogger<CancelTransactions> logger
)
{
    /// <summary>Replaces it. The caller holds the account's turn. Null if the fees cannot be raised.</summary>
    public async Task<Sending?> CancelAsync(
        ILease turn,
        string application,
        L1Transaction worthless,
        ChainView view,
        CancellationToken cancellationToken
    )
    {
        var gas = await client.EstimateGasAsync(new CallRequest(signer.Address, [], signer.Address), cancellationToken);
        LogCancelled(logger, application, worthless.Kind.Describe(), worthless.EpochIndex, worthless.TransactionHash, worthless.Nonce);
        return await raise.RaiseAsync(
            turn,
            application,
            worthless,
            fees => new UnsignedTransaction(worthless.ChainId, worthless.Nonce, signer.Address, 0, [], gas, fees),
            view,
            cancellationToken
        );
    }

    [LoggerMessage(
        12,
        LogLevel.Warning,
        "{Application}: the inputs of epoch {Epoch} are gone from L1. Its {What} in transaction {Transaction} must not be mined: another "
            + "transaction that does nothing uses up its nonce {Nonce}."
    )]
    private static partial void LogCancelled(
        ILogger logger,
        string application,
        string what,
        ulong epoch,
        Hash32 transaction,
        ulong nonce
    );
}
