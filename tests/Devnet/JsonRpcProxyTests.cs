using System.Net.Sockets;
using System.Text.Json.Nodes;
using Rollups.Testing;

namespace Rollups.Devnet.Tests;

/// <summary>The proxy in front of a real Anvil: what each fault leaves behind on the chain, and what the caller sees.</summary>
public sealed class JsonRpcProxyTests(AnvilChain anvil) : IClassFixture<AnvilChain>, IAsyncLifetime
{
    private JsonRpcProxy _proxy = null!;
    private HttpClient _http = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _proxy = await JsonRpcProxy.StartAsync(anvil.Anvil.HttpEndpoint, Token);
        _http = new HttpClient { BaseAddress = _proxy.HttpEndpoint };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task A_call_that_is_dropped_before_it_is_passed_on_has_no_effect_and_one_dropped_after_it_has()
    {
        var head = await anvil.Chain.HeadAsync(Token);
        using (var fault = _proxy.On("evm_mine", RpcActions.DropBefore, times: 1))
        {
            await ShouldBeCutAsync(CallAsync("evm_mine"));
            (await anvil.Chain.HeadAsync(Token)).ShouldBe(head);
            await fault.UntilHitAsync(1, Token);
            fault.Hits.ShouldBe(1);
        }

        using (_proxy.On("evm_mine", RpcActions.DropAfter))
            await ShouldBeCutAsync(CallAsync("evm_mine"));
        (await anvil.Chain.HeadAsync(Token)).ShouldBe(head + 1);
        await CallAsync("evm_mine");
        (await anvil.Chain.HeadAsync(Token)).ShouldBe(head + 2);
    }

    [Fact]
    public async Task A_held_call_is_passed_on_when_the_test_lets_it_go()
    {
        var release = new TaskCompletionSource();
        using var fault = _proxy.On("eth_chainId", RpcActions.HoldUntil(release.Task));
        var call = CallAsync("eth_chainId");
        await CallAsync("eth_blockNumber");
        call.IsCompleted.ShouldBeFalse();

        release.SetResult();
        (await call)["result"]!.GetValue<string>().ShouldBe("0x7a69");
        await fault.UntilHitAsync(1, Token);
    }

    [Fact]
    public async Task An_answer_is_replaced_for_the_calls_of_one_method_of_a_batch_and_errors_and_statuses_stand_for_an_answer()
    {
        using (
            _proxy.On(
                "eth_chainId",
                RpcActions.Rewrite(
                    (call, answer) =>
                    {
                        if (call["method"]!.GetValue<string>() == "eth_chainId")
                            answer["result"] = "0x1";
                        return answer;
                    }
                )
            )
        )
        {
            var batch = await PostAsync(new JsonArray(Call("eth_chainId", 1), Call("net_version", 2)));
            batch.AsArray().Select(answer => answer!["result"]!.GetValue<string>()).ShouldBe(["0x1", "31337"]);
        }

        using (_proxy.On(null, RpcActions.Error(-32005, "limit exceeded")))
            (await CallAsync("eth_chainId"))["error"]!["code"]!.GetValue<int>().ShouldBe(-32005);
        using (_proxy.On(null, RpcActions.Status(429, "3")))
        {
            using var answer = await _http.PostAsync((Uri?)null, Content(Call("eth_chainId", 1)), Token);
            ((int)answer.StatusCode).ShouldBe(429);
            answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(3));
        }
    }

    [Fact]
    public async Task A_halted_endpoint_refuses_connections_and_comes_back_at_the_same_address()
    {
        var address = _proxy.HttpEndpoint;
        using var held = _proxy.On("eth_chainId", RpcActions.HoldUntil(new TaskCompletionSource().Task));
        var call = CallAsync("eth_chainId");

        await _proxy.HaltAsync();
        await ShouldBeCutAsync(call);
        await ShouldBeCutAsync(CallAsync("net_version"));

        await _proxy.ResumeAsync(Token);
        _proxy.HttpEndpoint.ShouldBe(address);
        (await CallAsync("net_version"))["result"]!.GetValue<string>().ShouldBe("31337");
    }

    /// <summary>A connection that is reset before its first use ends a request of .NET's client with a bare socket error.</summary>
    private static async Task ShouldBeCutAsync(Task call) =>
        (await Should.ThrowAsync<Exception>(() => call)).GetType().ShouldBeOneOf(typeof(HttpRequestException), typeof(SocketException));

    private static JsonObject Call(string method, int id) =>
        new()
        {
            ["jsonrpc"] = "2.0",
            ["id"] = id,
            ["method"] = method,
            ["params"] = new JsonArray(),
        };

    private static StringContent Content(JsonNode body) => new(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");

    private Task<JsonNode> CallAsync(string method) => PostAsync(Call(method, 1));

    private async Task<JsonNode> PostAsync(JsonNode body)
    {
        using var answer = await _http.PostAsync((Uri?)null, Content(body), Token);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;
    }
}
