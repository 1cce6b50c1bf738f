using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.Chain.Tests;

public sealed class EthereumHealthCheckTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_endpoint_of_the_configured_chain_is_healthy_and_concerns_the_readers_alone()
    {
        await using var host = await PolicyHost.CreateAsync();
        var l1 = await CheckAsync(host);
        l1.Status.ShouldBe(HealthStatus.Healthy);
        ServiceTag.ServicesOf(l1.Tags).ShouldBe(["evm-reader", "claimer"]);
    }

    [Fact]
    public async Task An_endpoint_of_another_chain_is_unhealthy_with_reason_and_remedy()
    {
        await using var host = await PolicyHost.CreateAsync();
        host.Chain.ChainId = 5;
        var l1 = await CheckAsync(host);
        l1.Status.ShouldBe(HealthStatus.Unhealthy);
        ServiceHealth.ReasonOf(l1).ShouldContain("serves chain 5");
        ServiceHealth.RemedyOf(l1).ShouldNotBeNull().ShouldContain("Check Ethereum:HttpEndpoint");
    }

    public static TheoryData<Exception> Failures =>
        [
            new EthereumUnreachableException("eth_chainId", "127.0.0.1:1", new HttpRequestException("Connection refused")),
            new EthereumRpcException("eth_chainId", -32601, "no such method"),
        ];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task An_endpoint_that_does_not_answer_or_refuses_is_unhealthy_until_it_answers(Exception failure)
    {
        await using var host = await PolicyHost.CreateAsync();
        host.Chain.Unreachable = failure;
        var l1 = await CheckAsync(host);
        l1.Status.ShouldBe(HealthStatus.Unhealthy);
        ServiceHealth.ReasonOf(l1).ShouldBe(failure.Message);

        host.Chain.Unreachable = null;
        (await CheckAsync(host)).Status.ShouldBe(HealthStatus.Healthy);
    }

    private static async Task<HealthReportEntry> CheckAsync(ServiceHost host)
    {
        var health = host.Services.GetRequiredService<HealthCheckService>();
        return (await health.CheckHealthAsync(check => check.Name == "l1", Cancel)).Entries["l1"];
    }
}
