using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Ethereum;
using Rollups.Settings;
using Rollups.Transactions;

namespace Rollups.Prt.Tests;

public sealed class PrtRegistrationTests
{
    [Fact]
    public void Taking_part_without_a_key_is_refused_with_the_remedy() =>
        Should.Throw<OperatorException>(() => Add(("Signer:Kind", "none"))).Message.ShouldContain("Services:Prt:SubmissionEnabled");

    [Fact]
    public void Observing_needs_no_key() =>
        Add(("Services:Prt:SubmissionEnabled", "false")).ShouldNotContain(service => service.ServiceType == typeof(ITransactionSigner));

    [Fact]
    public void Two_services_that_send_share_one_queue()
    {
        var services = Add(("Signer:Kind", "private-key"), ("Signer:PrivateKey", "0x" + new string('1', 64)));
        services.AddRollupsTransactions(Configuration(("Signer:Kind", "private-key"), ("Signer:PrivateKey", "0x" + new string('1', 64))));

        services.Count(service => service.ServiceType == typeof(IAccountQueue)).ShouldBe(1);
    }

    private static IServiceCollection Add(params (string Key, string Value)[] settings) =>
        new ServiceCollection().AddPrt(Configuration(settings));

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                settings
                    .Append(("Ethereum:ChainId", "31337"))
                    .Select(setting => new KeyValuePair<string, string?>(setting.Item1, setting.Item2))
            )
            .Build();
}
