using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Ethereum;
using Rollups.Hosting;
using Rollups.Testing;

namespace Rollups.Node.Tests;

/// <summary>Which services act on the head, and that a process reads it once for all of them.</summary>
public sealed class HeadListenersTests
{
    private const string Inputs = "read inputs";
    private const string Claims = "check claims";
    private const string Tournaments = "check tournaments";
    private const string Worthless = "cancel claims of corrupted applications, and end those of disabled ones";

    [Fact]
    public void The_embedded_node_reads_the_head_once_for_all_its_services() =>
        Purposes(NodeServices.All).ShouldBe([Inputs, Claims, Worthless, Tournaments], ignoreOrder: true);

    [Fact]
    public void A_Claimer_alone_follows_the_head_for_claims_and_for_its_transactions() =>
        Purposes(NodeServices.Parse("claimer")).ShouldBe([Claims, Worthless], ignoreOrder: true);

    [Fact]
    public void A_Claimer_that_only_observes_has_no_transactions_to_follow() =>
        Purposes(NodeServices.Parse("claimer"), ("Services:Claimer:SubmissionEnabled", "false")).ShouldBe([Claims]);

    [Fact]
    public void A_reader_with_events_off_does_not_read_the_head() =>
        Purposes(NodeServices.Parse("evm-reader"), ("Services:EvmReader:Events", "false")).ShouldBeEmpty();

    /// <summary>What the node does at a head; a service reads it if there is anything.</summary>
    private static List<string> Purposes(IReadOnlySet<string> services, params (string Key, string Value)[] settings)
    {
        var builder = RollupsHost.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection(
            new (string Key, string Value)[]
            {
                ("Ethereum:HttpEndpoint", "http://127.0.0.1:1"),
                ("Ethereum:ChainId", "31337"),
                ("Health:Address", "127.0.0.1:0"),
                ("Inspect:Address", "127.0.0.1:0"),
                ("Signer:Kind", "private-key"),
                ("Signer:PrivateKey", "0x" + new string('1', 64)),
            }
                .Concat(settings)
                .Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))
        );
        builder.AddRollupsNode(services);
        using var host = builder.Build();
        var listeners = host.Services.GetServices<IHeadListener>().ToList();
        var purposes = listeners.ConvertAll(listener => listener.Purpose);
        listeners.ShouldAllBe(
            listener =>
                listener.LevelOf(ToldFailure.Of(new InvalidOperationException("A database outage."))) == LogLevel.Debug
                && listener.LevelOf(new InvalidOperationException("Another failure.")) == LogLevel.Warning,
            "an outage of the database that the log has already is no warning of a listener"
        );
        host.Services.GetServices<IHostedService>()
            .Count(service => service.GetType().Name == "FollowHead")
            .ShouldBe(purposes.Count == 0 ? 0 : 1);
        return purposes;
    }
}
