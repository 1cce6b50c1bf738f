using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Chain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Prt.Consumers;
using Rollups.Settings;
using Rollups.Transactions;

namespace Rollups.Prt;

/// <summary>Adds Prt to a host.</summary>
public static class PrtServiceCollectionExtensions
{
    /// <summary>
    /// Adds its work, its options (section <c>Services:Prt</c>), the account's queue of transactions unless submission is off,
    /// and its consumers unless events are off.
    /// </summary>
    /// <exception cref="OperatorException">An option is out of its range, or submission is on, and there is no usable key.</exception>
    public static IServiceCollection AddPrt(this IServiceCollection services, IConfiguration configuration)
    {
        var options = services.AddValidatedOptions<PrtOptions>(configuration.GetSection(PrtOptions.Section));
        ChainIdentity.Add(services, configuration);
        services.AddChainPolicy();
        services.AddClaimWatch("prt", isPrt: true);
        services.AddSingleton<ObserveTournaments>();
        services.AddSingleton<RecordTournaments>();
        services.AddSingleton<RecordOutcomes>();
        services.AddSingleton<OpenTournaments>();
        services.AddSingleton<UnplayedMatches>();
        services.AddSingleton<MatchClocks>();
        services.AddSingleton<LapsedMatches>();
        services.AddSingleton<LookAtMatches>();
        services.AddSingleton<StuckConsensus>();
        services.AddSingleton<TournamentHistory>();
        if (options.SubmissionEnabled)
        {
            services.AddRollupsTransactions(configuration);
            services.AddSingleton<RefusedMoves>();
            services.AddSingleton<SendMoves>();
            services.AddSingleton<PlayMatches>();
            services.AddSingleton<IPlayTournaments, PlayTournaments>();
        }
        else
        {
            services.AddSingleton<IPlayTournaments, ObserveOnly>();
        }

        var service = services.AddPendingWork<ResolveTournamentEpochs>("prt", configuration);
        services.AddHeadListener<FollowHeadForTournaments>();
        if (service.Events)
        {
            services.AddBusRegistration(bus =>
            {
                bus.AddConsumer<EpochClaimCalculatedConsumer, EpochClaimCalculatedConsumerDefinition>();
                bus.AddConsumer<EpochClosedConsumer, EpochClosedConsumerDefinition>();
                bus.AddConsumer<AppEnabledConsumer, AppEnabledConsumerDefinition>();
            });
        }

        return services;
    }
}
