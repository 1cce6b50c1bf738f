using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Rollups.Chain;
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

    /// <summary>Adds <see cref="TransactionEnds"/>, which needs no signer.</summary>
    public static IServiceCollection AddTransactionEnds(this IServiceCollection services)
    {
        services.TryAddSingleton<MinedUpTo>();
        services.TryAddSingleton<BroadcastMemory>();
        services.TryAddSingleton(provider => new TransactionEnds(
            provider.GetRequiredService<IUnitOfWork>(),
            provider.GetRequiredService<IEthereumClient>(),
            provider.GetRequiredService<MinedUpTo>(),
            provider.GetRequiredService<BroadcastMemory>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TransactionEnds>>()
        ));
        return services;
    }

    /// <summary>
    /// Adds <see cref="IAccountQueue"/> with the signer and section <c>Transactions</c>; services that use the account share one queue.
    /// </summary>
    /// <exception cref="OperatorException">An option is out of its range, or there is no usable key.</exception>
    public static IServiceCollection AddRollupsTransactions(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(IAccountQueue)))
            return services;
        services.AddValidatedOptions<TransactionOptions>(configuration.GetSection(TransactionOptions.Section));
        ChainIdentity.Add(services, configuration);
        services.AddChainPolicy();
        services.AddEthereumSigner(configuration);
        services.AddTransactionEnds();
        services.AddSingleton<IAccountQueue, AccountQueue>();
        services.AddSingleton<AccountTurn>();
        services.AddSingleton<SubmitTransactions>();
        services.AddSingleton<DraftTransactions>();
        services.AddSingleton<AccountNonces>();
        services.AddSingleton<WatchAccount>();
        services.AddSingleton<FindTransactions>();
        services.AddSingleton<StoredAccount>();
        services.AddSingleton<PollTransactions>();
        services.AddSingleton<TransactionFates>();
        services.AddSingleton<HurryTransactions>();
        services.AddSingleton<ResolveOrphans>();
        services.AddSingleton<RevertedTransactions>();
        services.AddSingleton<RevertReasons>();
        services.AddSingleton<DropTransactions>();
        services.AddSingleton<BroadcastTransactions>();
        services.AddSingleton<WithheldResults>();
        services.AddSingleton<InputHistoryCheck>();
        services.AddSingleton<BoundedFees>();
        services.AddSingleton<RaiseTransactions>();
        services.AddSingleton<ReplaceStuckTransactions>();
        services.AddSingleton<CancelTransactions>();
        services.AddSingleton<StoreTransactions>();
        services.AddSingleton<StoredTransactions>();
        services.AddSingleton<StoredVersions>();
        services.AddSingleton<StoredNonces>();
        services.AddSingleton<StoredOrphans>();
        services.AddHostedService<WatchBalance>();
        services.AddHeadListener<EndUrgentOrphans>();
        return services;
    }
}
