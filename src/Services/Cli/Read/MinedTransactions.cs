using Rollups.Cli.Database;
using Rollups.Cli.Output;
using Rollups.Ethereum;

namespace Rollups.Cli.Read;

/// <summary>
/// Adds to an epoch's transactions what L1 reports of them, if an endpoint is configured and the node has not stored their cost.
/// </summary>
internal static class MinedTransactions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The story with the receipts. An endpoint that does not answer costs them, and a note.</summary>
    public static async Task<EpochStory> AddAsync(EpochStory story, CommandOutput output, CancellationToken cancellationToken)
    {
        var configuration = NodeDatabase.Configuration();
        if (
            story.Transactions.All(one => one.Mined is not null)
            || string.IsNullOrEmpty(configuration[$"{EthereumOptions.Section}:HttpEndpoint"])
        )
            return story;
        await using var services = new ServiceCollection().AddLogging().AddEthereum(configuration).BuildServiceProvider();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var client = services.GetRequiredService<IEthereumClient>();
            var mined = await Task.WhenAll(story.Transactions.Select(one => MinedAsync(client, one, limit.Token)));
            return story with { Transactions = [.. story.Transactions.Zip(mined, (one, receipt) => one with { Mined = receipt })] };
        }
        catch (Exception exception)
            when (exception is EthereumUnreachableException or EthereumRpcException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            output.Note("The L1 endpoint did not report the transactions: gas and fee are the most that they can cost.");
            return story;
        }
    }

    private static async Task<MinedTransaction?> MinedAsync(
        IEthereumClient client,
        EpochTransaction transaction,
        CancellationToken cancellationToken
    )
    {
        if (transaction.Mined is { } stored)
            return stored;
        // Any version can be the one that was mined.
        foreach (var hash in transaction.ReplacedHashes.Append(transaction.Sent.TransactionHash).Reverse())
        {
            if (await client.GetReceiptAsync(hash, cancellationToken) is { } receipt)
                return new(hash, receipt.BlockNumber, receipt.Succeeded, receipt.GasUsed, receipt.GasUsed * receipt.EffectiveGasPrice);
        }
        return null;
    }
}
