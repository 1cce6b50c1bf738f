using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Settings;

namespace Rollups.Messaging.Tests.Work;

public sealed class ServiceOptionsTests
{
    [Fact]
    public void Options_come_from_the_section_named_after_the_service_in_Pascal_case()
    {
        var services = new ServiceCollection();
        var options = services.AddPendingWork<GatedWork>(
            "evm-reader",
            Configuration(
                ("Services:EvmReader:Events", "false"),
                ("Services:EvmReader:SyncInterval", "00:00:01"),
                ("Services:EvmReader:Concurrency", "9")
            )
        );
        options.Events.ShouldBeFalse();
        options.Concurrency.ShouldBe(9);
        var sync = services
            .Single(service => service.ServiceType == typeof(FallbackSync))
            .ImplementationInstance.ShouldBeOfType<FallbackSync>();
        (sync.Service, sync.Interval).ShouldBe(("evm-reader", TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Without_a_section_events_are_on_and_the_sync_runs_every_30_seconds()
    {
        var options = new ServiceCollection().AddPendingWork<GatedWork>("advancer", Configuration());
        (options.Events, options.SyncInterval, options.Concurrency, options.AckAfter).ShouldBe(
            (true, TimeSpan.FromSeconds(30), 4, TimeSpan.FromSeconds(5))
        );
    }

    [Theory]
    [InlineData(
        "SyncInterval",
        "00:00:00",
        "Services:Advancer:SyncInterval is 00:00:00: give a time from 00:00:00.1 to a day, such as 00:00:30."
    )]
    [InlineData("Concurrency", "0", "Services:Advancer:Concurrency is 0: give a number of applications from 1 to 256.")]
    [InlineData(
        "AckAfter",
        "00:11:00",
        "Services:Advancer:AckAfter is 00:11:00: give a time above zero and up to ten minutes, such as 00:00:05."
    )]
    public void A_value_out_of_its_range_is_named_with_the_remedy(string key, string value, string sentence) =>
        Should
            .Throw<OperatorException>(() =>
                new ServiceCollection().AddPendingWork<GatedWork>("advancer", Configuration(($"Services:Advancer:{key}", value)))
            )
            .Message.ShouldBe(sentence);

    private static IConfiguration Configuration(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, (string?)value.Value)))
            .Build();
}
