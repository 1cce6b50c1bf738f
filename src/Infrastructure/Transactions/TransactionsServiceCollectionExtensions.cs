using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Settings;

namespace Rollups.Transactions;

/// <summary>Registers the sending of transactions to L1.</summary>
public static class TransactionsServiceCollectionExtensions
{
    /// <summary>Adds <see cref="WatchClaims"/> for one service, under its own key.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="service">Name of the service.</param>
    /// <param name="isPrt">Whose claims: those under PRT, or those of Authority and Quorum.</param>
    public static IServiceCollection AddClaimWatch(this IServiceCollection services, string service, bool isPrt)
    {
        services.TryAddSingleton<TakeClaimsBack>();
        return services.AddKeyedSingleton(service, (provider, _) => ActivatorUtilities.CreateInstance<WatchClaims>(provider, isPrt));
    }

    /// <summary>
    /// Adds <see cref="ITransactionSender"/> with the signer and section <c>Transactions</c>; services that use the account share one
    /// sender.
    /// </summary>
    /// <exception cref="OperatorException">An option is out of its range, or there is no usable key.</exception>
    public static IServiceCollection AddRollupsTransactions(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(ITransactionSender)))
            return services;
        services.AddValidatedOptions<TransactionOptions>(configuration.GetSection(TransactionOptions.Section));
        ChainIdentity.Add(services, configuration);
        services.AddEthereumSigner(configuration);
        services.AddSingleton<SignerQueue>();
        services.AddSingleton<StoredTransactions>();
        services.AddSingleton<InputHistoryCheck>();
        services.AddSingleton<BroadcastTransactions>();
        services.AddSingleton<ReplaceStuckTransactions>();
        services.AddSingleton<RevertedTransactions>();
        services.AddSingleton<FollowTransactions>();
        services.AddSingleton<ITransactionSender, TransactionSender>();
        services.AddHostedService<WatchBalance>();
        services.AddHeadListener<CancelWorthlessTransactions>();
        return services;
    }
}
