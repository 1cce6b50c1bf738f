using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Polly;

namespace Rollups.Ethereum.Tests.JsonRpc;

public sealed class RetryTests
{
    // A retry that never ends, or never begins, shows as a hang; milliseconds.
    private const int HangsAfter = 60_000;

    public static TheoryData<string> PassingFaults =>
        ["429", "408", "500", "503", "429 with a JSON-RPC body", "broken connection", "rate limit", "rate limit code"];

    [Theory(Timeout = HangsAfter)]
    [MemberData(nameof(PassingFaults))]
    public async Task A_passing_fault_is_asked_again(string fault)
    {
        await using var node = await FakeNode.StartAsync(Fault(fault), Fault(fault), FakeNode.Result("0x7a69"));
        await using var services = node.Services();

        (await services.GetRequiredService<IEthereumClient>().GetChainIdAsync(TestContext.Current.CancellationToken)).ShouldBe(31337UL);

        node.Requests.Count.ShouldBe(3);
    }

    [Theory(Timeout = HangsAfter)]
    [MemberData(nameof(PassingFaults))]
    public async Task A_fault_that_does_not_pass_is_given_up_after_the_configured_retries(string fault)
    {
        await using var node = await FakeNode.StartAsync(Fault(fault));
        await using var services = node.Services(("MaxRetries", "3"));

        var exception = await Should.ThrowAsync<Exception>(() =>
            services.GetRequiredService<IEthereumClient>().GetChainIdAsync(TestContext.Current.CancellationToken)
        );

        exception.ShouldBeOfType(fault == "broken connection" ? typeof(EthereumUnreachableException) : typeof(EthereumRpcException));
        exception.Message.ShouldStartWith("eth_chainId: ");
        node.Requests.Count.ShouldBe(4);
    }

    [Theory(Timeout = HangsAfter)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task A_connection_that_is_reset_before_its_first_use_is_one_that_could_not_be_made(int resets, bool answers)
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Result("0x7a69"));
        await using var services = node.ServicesBehind(new Resets(resets), ("MaxRetries", "2"));
        var asking = services.GetRequiredService<IEthereumClient>().GetChainIdAsync(TestContext.Current.CancellationToken);

        if (answers)
            (await asking).ShouldBe(31337UL);
        else
            (await Should.ThrowAsync<EthereumUnreachableException>(() => asking)).Message.ShouldContain(new Uri(node.Url).Authority);
    }

    [Fact(Timeout = HangsAfter)]
    public async Task A_body_that_stalls_is_asked_for_again()
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Stalled, FakeNode.Result("0x7a69"));
        await using var services = node.Services(("RequestTimeout", "00:00:00.300"));

        (await services.GetRequiredService<IEthereumClient>().GetChainIdAsync(TestContext.Current.CancellationToken)).ShouldBe(31337UL);
    }

    [Fact(Timeout = HangsAfter)]
    public async Task No_retries_means_one_request()
    {
        await using var node = await FakeNode.StartAsync(Fault("503"));
        await using var services = node.Services(("MaxRetries", "0"));

        await Should.ThrowAsync<EthereumRpcException>(() =>
            services.GetRequiredService<IEthereumClient>().GetChainIdAsync(TestContext.Current.CancellationToken)
        );

        node.Requests.Count.ShouldBe(1);
    }

    [Theory(Timeout = HangsAfter)]
    [InlineData(200)]
    [InlineData(500)]
    public async Task A_revert_is_an_answer_and_not_asked_again(int status)
    {
        await using var node = await FakeNode.StartAsync(
            FakeNode.Raw("""{"jsonrpc":"2.0","id":{id},"error":{"code":3,"message":"execution reverted","data":"0x3ee5aeb5"}}""", status)
        );
        await using var services = node.Services();

        var exception = await Should.ThrowAsync<ContractRevertedException>(() =>
            services.GetRequiredService<IEthereumClient>().CallAsync(Samples.Call, BlockTag.Latest, TestContext.Current.CancellationToken)
        );

        exception.RevertData.ShouldBe([0x3e, 0xe5, 0xae, 0xb5]);
        node.Requests.Count.ShouldBe(1);
    }

    [Theory(Timeout = HangsAfter)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    public async Task A_refusal_is_not_asked_again_and_tells_the_status(int status)
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Raw("no such project", status));
        await using var services = node.Services();

        var exception = await Should.ThrowAsync<EthereumRpcException>(() =>
            services.GetRequiredService<IEthereumClient>().GetChainIdAsync(TestContext.Current.CancellationToken)
        );

        exception.Code.ShouldBe(status);
        exception.Message.ShouldContain("no such project");
        node.Requests.Count.ShouldBe(1);
    }

    [Fact(Timeout = HangsAfter)]
    public async Task A_stop_ends_the_waiting_at_once()
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Stalled);
        await using var services = node.Services();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var call = services.GetRequiredService<IEthereumClient>().GetChainIdAsync(stop.Token);
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => call);
    }

    [Fact(Timeout = HangsAfter)]
    public async Task An_endpoint_that_does_not_answer_is_named_without_its_key()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        await using var services = FakeNode.ServicesFor(
            $"http://user:password@127.0.0.1:{port}/v3/topsecret?key=topsecret",
            ("MaxRetries", "1")
        );

        var exception = await Should.ThrowAsync<EthereumUnreachableException>(() =>
            services.GetRequiredService<IEthereumClient>().GetChainIdAsync(TestContext.Current.CancellationToken)
        );

        exception.Message.ShouldStartWith($"eth_chainId: the L1 endpoint 127.0.0.1:{port} cannot be reached (");
        exception.ToString().ShouldNotContain("topsecret");
        exception.ToString().ShouldNotContain("password");
    }

    [Fact(Timeout = HangsAfter)]
    public async Task A_wait_that_the_provider_asks_for_is_kept_up_to_half_a_minute()
    {
        var clock = new FakeTimeProvider();
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock };
        JsonRpcResilience.Configure(builder, new EthereumOptions { RetryDelay = TimeSpan.FromMilliseconds(1) });
        var requests = 0;

        var answer = builder
            .Build()
            .ExecuteAsync(
                _ =>
                    ValueTask.FromResult(
                        ++requests switch
                        {
                            1 => Limited(TimeSpan.FromSeconds(10)),
                            2 => Limited(TimeSpan.FromDays(1)),
                            _ => new HttpResponseMessage(HttpStatusCode.OK),
                        }
                    ),
                TestContext.Current.CancellationToken
            )
            .AsTask();

        requests.ShouldBe(1);
        clock.Advance(TimeSpan.FromSeconds(9));
        requests.ShouldBe(1);
        clock.Advance(TimeSpan.FromSeconds(1));
        await Until(() => requests == 2);
        clock.Advance(TimeSpan.FromSeconds(30));
        (await answer).StatusCode.ShouldBe(HttpStatusCode.OK);
        requests.ShouldBe(3);

        static HttpResponseMessage Limited(TimeSpan wait) =>
            new(HttpStatusCode.TooManyRequests) { Headers = { RetryAfter = new RetryConditionHeaderValue(wait) } };
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(1, TestContext.Current.CancellationToken);
    }

    private static Reply Fault(string fault) =>
        fault switch
        {
            "429 with a JSON-RPC body" => FakeNode.Raw(
                """{"jsonrpc":"2.0","id":{id},"error":{"code":-32005,"message":"project ID request rate exceeded, rate limit"}}""",
                429,
                "0"
            ),
            "broken connection" => FakeNode.Broken,
            "rate limit" => FakeNode.Error(-32005, "Too Many Requests"),
            "rate limit code" => FakeNode.Error(429, "Your app has exceeded its compute units"),
            _ => FakeNode.Raw("overloaded", int.Parse(fault, System.Globalization.CultureInfo.InvariantCulture)),
        };

    /// <summary>Fails as .NET's own handler does when an endpoint accepts a connection and resets it at once.</summary>
    private sealed class Resets(int times) : DelegatingHandler(new SocketsHttpHandler())
    {
        private int _left = times;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            _left-- > 0 ? throw new SocketException((int)SocketError.NotConnected) : base.SendAsync(request, cancellationToken);
    }
}
