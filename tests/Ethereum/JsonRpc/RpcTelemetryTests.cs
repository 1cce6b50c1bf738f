using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Testing;

namespace Rollups.Ethereum.Tests.JsonRpc;

public sealed class RpcTelemetryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_request_is_measured_and_traced_by_endpoint_and_method_without_the_endpoints_key()
    {
        await using var node = await FakeNode.StartAsync(
            FakeNode.Result("0x7a69"),
            FakeNode.Error(-32005, "limit exceeded"),
            FakeNode.Error(-31999, "their own code")
        );
        var port = new Uri(node.Url).Port.ToString(CultureInfo.InvariantCulture);
        using var measured = new RecordedMeasurements("rpc.client.call.duration", "rollups.l1.calls");
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "MassTransit.Rollups",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var services = FakeNode.ServicesFor($"{node.Url}/v3/secret-key", ("MaxRetries", "0"));
        var client = services.GetRequiredService<IEthereumClient>();

        await client.GetChainIdAsync(Cancel);
        await Should.ThrowAsync<EthereumRpcException>(() => client.GetGasPriceAsync(Cancel));
        await Should.ThrowAsync<EthereumRpcException>(() => client.GetGasPriceAsync(Cancel));

        // Tests run at once, each at a port of its own.
        var series = measured
            .All.Where(measurement => measurement.Series.Contains($"server.port={port}", StringComparison.Ordinal))
            .ToList();
        var endpoint = $"server.address=127.0.0.1,server.port={port}";
        string[] wanted =
        [
            $"rpc.client.call.duration{{rpc.system.name=jsonrpc,rpc.method=eth_chainId,{endpoint}}}",
            $"rollups.l1.calls{{rpc.method=eth_chainId,{endpoint}}}",
            $"rpc.client.call.duration{{rpc.system.name=jsonrpc,rpc.method=eth_gasPrice,{endpoint},error.type=-32005}}",
            $"rollups.l1.calls{{rpc.method=eth_gasPrice,{endpoint},error.type=-32005}}",
            // A provider's own codes are one series.
            $"rollups.l1.calls{{rpc.method=eth_gasPrice,{endpoint},error.type=other}}",
        ];
        wanted.ShouldBeSubsetOf([.. series.Select(measurement => measurement.Series)]);
        series.ShouldAllBe(measurement => !measurement.Series.Contains("secret"));
        var own = spans
            .Where(span => span.GetTagItem("server.port") is int at && at.ToString(CultureInfo.InvariantCulture) == port)
            .ToList();
        own.Select(span => $"{span.Kind} {span.OperationName} {span.GetTagItem("error.type")}".Trim())
            .ShouldBe(["Client eth_chainId", "Client eth_gasPrice -32005", "Client eth_gasPrice other"]);
        own.SelectMany(span => span.TagObjects).ShouldAllBe(tag => !$"{tag.Value}".Contains("secret"));
    }

    [Fact]
    public async Task An_endpoint_that_does_not_answer_is_an_error_of_each_call()
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Broken);
        var port = new Uri(node.Url).Port;
        using var measured = new RecordedMeasurements("rollups.l1.calls");
        await using var services = node.Services(("MaxRetries", "0"));

        await Should.ThrowAsync<EthereumUnreachableException>(() =>
            services.GetRequiredService<IEthereumClient>().GetChainIdAsync(Cancel)
        );

        measured
            .All.Select(measurement => measurement.Series)
            .ShouldContain(
                $"rollups.l1.calls{{rpc.method=eth_chainId,server.address=127.0.0.1,server.port={port},error.type=unreachable}}"
            );
    }
}
