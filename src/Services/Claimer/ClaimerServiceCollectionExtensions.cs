using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Chain;
using Rollups.Claimer.Consumers;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Settings;
using Rollups.Transactions;

namespace Rollups.Claimer;

/// <summary>Adds the Claimer to a host.</summary>
public static class ClaimerServiceCollectionExtensions
{
    /// <summary>
    /// Adds its work, its options (section <c>Services:Claimer</c>), the account's queue of transactions unless submission is off,
    /// and its consumers unless events are off.
    /// </summary>
    /// <exception cref="OperatorException">An option is out of its range, or submission is on, and there is no usable key.</exception>
    public static IServiceCollection AddClaimer(this IServiceCollection services, IConfiguration configuration)
    {
        var options = services.AddValidatedOptions<ClaimerOptions>(configuration.GetSection(ClaimerOptions.Section));
        ChainIdentity.Add(services, configuration);
        services.AddChainPolicy();
        services.AddClaimWatch("claimer", isPrt: false);
        services.AddTransactionEnds();
        services.AddSingleton<ChainClaims>();
        services.AddSingleton<ClaimViews>();
        services.AddSingleton<RecordClaims>();
        services.AddSingleton<QuorumVotes>();
        if (options.SubmissionEnabled)
        {
            services.AddRollupsTransactions(configuration);
            services.AddSingleton<RefusedClaims>();
            services.AddSingleton<ISubmitClaims, SubmitClaims>();
        }
        else
        {
            services.AddSingleton<ISubmitClaims, ObserveOnly>();
        }

        var service = services.AddPendingWork<SettleClaims>("claimer", configuration);
        services.AddHeadListener<FollowHeadForClaims>();
        if (service.Events)
            services.AddBusRegistration(bus =>
            {
                bus.AddConsumer<EpochClaimCalculatedConsumer, EpochClaimCalculatedConsumerDefinition>();
                bus.AddConsumer<AppEnabledConsumer, AppEnabledConsumerDefinition>();
            });
        return services;
    }
}
