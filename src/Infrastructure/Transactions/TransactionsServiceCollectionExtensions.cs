using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Ethereum;
using Rollups.Messaging;

namespace Rollups.Transactions;

/// <summary>Adds the node's way to L1.</summary>
public static class TransactionsServiceCollectionExtensions
{
    /// <summary>Adds <see cref="ITransactionSender"/> with the signer and section <c>Transactions</c>; services that share the account share the one sender.</summary>
    /// <exception cref="ServiceOptionsException">An option is out of its range.</exception>
    /// <exception cref="SignerException">There is no usable key.</exception>
    public static IServiceCollection AddRollupsTransactions(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(ITransactionSender)))
            return services;
        var options = configuration.GetSection(TransactionOptions.Section).Get<TransactionOptions>() ?? new TransactionOptions();
        var problems = options.Problems().ToList();
        if (problems.Count > 0)
            throw new ServiceOptionsException(string.Join(' ', problems));
        ChainIdentity.Add(services, configuration);
        services.AddEthereumSigner(configuration);
        services.AddSingleton(options);
        services.AddSingleton<SignerQueue>();
        services.AddSingleton<StoredTransactions>();
        services.AddSingleton<ClaimedHistory>();
        services.AddSingleton<BroadcastTransactions>();
        services.AddSingleton<ReplaceStuckTransactions>();
        services.AddSingleton<RevertedTransactions>();
        services.AddSingleton<FollowTransactions>();
        services.AddSingleton<ITransactionSender, TransactionSender>();
        services.AddHostedService<WatchBalance>();
        services.AddHostedService<CancelWorthlessTransactions>();
        return services;
    }
}
