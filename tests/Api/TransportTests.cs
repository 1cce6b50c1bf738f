using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Rollups.Api.Tests.Hosts;

namespace Rollups.Api.Tests;

/// <summary>The rules of JSON-RPC 2.0, as published clients and hostile ones meet them.</summary>
public sealed class TransportTests : IAsyncLifetime
{
    private ApiHost _api = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await ApiHost.StartAsync();
        await Seed.AllAsync(_api.Host);
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Theory]
    [InlineData("{", -32700)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":", -32700)]
    [InlineData("[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]", -32700)]
    [InlineData("\"text\"", -32600)]
    [InlineData("5", -32600)]
    [InlineData("{}", -32600)]
    [InlineData("{\"jsonrpc\":\"1.0\",\"method\":\"cartesi_getChainId\",\"id\":1}", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"\",\"id\":1}", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":5,\"id\":1}", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"cartesi_getChainId\",\"id\":{}}", -32600)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"eth_chainId\",\"id\":1}", -32601)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"cartesi_getApplication\",\"id\":1}", -32602)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"cartesi_getApplication\",\"params\":5,\"id\":1}", -32602)]
    [InlineData("[]", -32040)]
    public async Task A_wrong_request_has_its_code_in_HTTP_200(string body, int code)
    {
        var (status, answer) = await _api.PostAsync(body);
        status.ShouldBe(HttpStatusCode.OK);
        ApiHost.CodeOf(JsonNode.Parse(answer)!).ShouldBe(code);
    }

    [Theory]
    [InlineData("cartesi_getEpoch", "{\"application\":\"echo\",\"epoch_index\":3}")]
    [InlineData("cartesi_getEpoch", "{\"application\":\"echo\",\"epoch_index\":\"3\"}")]
    [InlineData("cartesi_getEpoch", "{\"application\":\"echo\",\"epoch_index\":\"0x\"}")]
    [InlineData("cartesi_getEpoch", "{\"application\":\"echo\",\"epoch_index\":\"0x11111111111111111\"}")]
    [InlineData("cartesi_getEpoch", "{\"application\":\"echo\",\"epoch_index\":\"0x+1\"}")]
    [InlineData("cartesi_getApplication", "{\"application\":\"Echo!\"}")]
    [InlineData("cartesi_getApplication", "{\"application\":\"0x12 OR 1=1\"}")]
    [InlineData("cartesi_getApplication", "{\"application\":{\"$ne\":null}}")]
    [InlineData("cartesi_listEpochs", "{\"application\":\"echo\",\"status\":\"DONE\"}")]
    [InlineData("cartesi_listEpochs", "{\"application\":\"echo\",\"status\":[]}")]
    [InlineData("cartesi_listEpochs", "{\"application\":\"echo\",\"status\":[\"OPEN\",null]}")]
    [InlineData("cartesi_listOutputs", "{\"application\":\"echo\",\"output_type\":\"0xc258d6\"}")]
    [InlineData("cartesi_listOutputs", "{\"application\":\"echo\",\"output_type\":[]}")]
    [InlineData("cartesi_listOutputs", "{\"application\":\"echo\",\"executed\":\"yes\"}")]
    [InlineData("cartesi_listInputs", "{\"application\":\"echo\",\"sender\":\"0x12\"}")]
    [InlineData("cartesi_listInputs", "{\"application\":\"echo\",\"transaction_hash\":\"0x12\"}")]
    public async Task A_wrong_parameter_is_named(string method, string parameters)
    {
        var answer = await _api.CallAsync(method, JsonNode.Parse(parameters));
        ApiHost.CodeOf(answer).ShouldBe(-32602);
        answer["error"]!["message"]!.GetValue<string>().ShouldStartWith("Parameter '");
    }

    /// <summary>Half of a surrogate pair is JSON, and bytes that are not UTF-8 pass the parser; neither is a text.</summary>
    [Theory]
    [InlineData(""" "jsonrpc":"2.0","id":1,"method":"BAD" """, -32600, "1")]
    [InlineData(""" "jsonrpc":"BAD","id":1,"method":"cartesi_getChainId" """, -32600, "1")]
    [InlineData(""" "jsonrpc":"2.0","id":"BAD","method":"cartesi_getChainId" """, -32600, "null")]
    [InlineData(""" "jsonrpc":"2.0","id":"BAD","method":"nothing" """, -32600, "null")]
    [InlineData(""" "jsonrpc":"2.0","id":1,"method":"cartesi_getApplication","params":["BAD"] """, -32602, "1")]
    [InlineData(""" "jsonrpc":"2.0","id":1,"method":"cartesi_listInputs","params":["BAD"] """, -32602, "1")]
    [InlineData(""" "jsonrpc":"2.0","id":1,"method":"cartesi_listEpochs","params":["echo",["BAD"]] """, -32602, "1")]
    [InlineData(""" "jsonrpc":"2.0","id":1,"method":"cartesi_listInputs","params":["echo","BAD"] """, -32602, "1")]
    [InlineData(""" "jsonrpc":"2.0","id":1,"method":"cartesi_listInputs","params":["echo",null,"BAD"] """, -32602, "1")]
    [InlineData(""" "jsonrpc":"2.0","id":1,"method":"cartesi_listOutputs","params":["echo",null,null,"BAD"] """, -32602, "1")]
    public async Task A_string_that_is_no_text_is_a_wrong_value_like_any_other(string request, int code, string id)
    {
        foreach (
            var bad in (byte[][])
                [
                    [.. "\\ud800"u8],
                    [.. "a\\udc00b"u8],
                    [0xff],
                    [0xed, 0xa0, 0x80],
                ]
        )
        {
            byte[] body = [.. Bytes(request.Split("BAD")[0]), .. bad, .. Bytes(request.Split("BAD")[1])];
            await IsRefusedAsync([(byte)'{', .. body, (byte)'}'], code, id);
        }

        static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"cartesi_getChainId","id":1,"\ud800":1}""", -32600, "null")]
    [InlineData("""{"\ud800\ud800":1,"jsonrpc":"2.0","method":"cartesi_getChainId","id":1}""", -32600, "1")]
    [InlineData(
        """{"jsonrpc":"2.0","method":"cartesi_listInputs","id":1,"params":{"application":"echo","\ud800\ud800":1}}""",
        -32602,
        "1"
    )]
    public async Task A_name_that_is_no_text_is_refused(string request, int code, string id) =>
        await IsRefusedAsync(Encoding.UTF8.GetBytes(request), code, id);

    [Fact]
    public async Task A_method_whose_name_is_cut_within_a_character_is_unknown_like_any_other() =>
        (await _api.ErrorAsync("a" + string.Concat(Enumerable.Repeat("\U0001F600", 60)))).ShouldBe(-32601);

    [Theory]
    [InlineData("7", "7")]
    [InlineData("\"a\"", "\"a\"")]
    [InlineData("1.50", "1.50")]
    [InlineData("null", "null")]
    public async Task The_id_comes_back_as_it_was_sent(string id, string answered) =>
        (await _api.PostAsync("{\"jsonrpc\":\"2.0\",\"method\":\"cartesi_getChainId\",\"id\":" + id + "}")).Body.ShouldEndWith(
            "\"id\":" + answered + "}"
        );

    [Fact]
    public async Task A_request_without_id_is_answered_with_null() =>
        (await _api.PostAsync("{\"jsonrpc\":\"2.0\",\"method\":\"cartesi_getChainId\"}")).Body.ShouldEndWith("\"id\":null}");

    [Fact]
    public async Task Unknown_names_are_ignored_because_clients_send_some() =>
        (
            await WireTests.ListAsync(
                _api,
                "cartesi_listOutputs",
                new
                {
                    application = "echo",
                    epochIndex = "3",
                    outputType = "Voucher",
                    epoch_index = "0x3",
                }
            )
        ).Count.ShouldBe(4);

    [Fact]
    public async Task A_batch_is_answered_in_its_order_with_an_error_for_what_is_wrong()
    {
        var answers = (
            await _api.JsonAsync(
                """[{"jsonrpc":"2.0","method":"cartesi_getChainId","id":2},5,{"jsonrpc":"2.0","method":"nothing","id":"x"},"""
                    + """{"jsonrpc":"2.0","method":"cartesi_getNodeVersion","id":1}]"""
            )
        ).AsArray();
        answers.Select(answer => answer!["id"]?.ToString()).ShouldBe(["2", null, "x", "1"]);
        answers.Select(answer => answer!["error"]?["code"]?.GetValue<int>()).ShouldBe([null, -32600, -32601, null]);
    }

    [Theory]
    [InlineData(100, null)]
    [InlineData(101, -32040)]
    public async Task A_batch_has_at_most_a_hundred_requests(int count, int? code)
    {
        var one = """{"jsonrpc":"2.0","method":"cartesi_getChainId","id":1}""";
        var answer = await _api.JsonAsync($"[{string.Join(',', Enumerable.Repeat(one, count))}]");
        if (code is null)
            answer.AsArray().Count.ShouldBe(count);
        else
            ApiHost.CodeOf(answer).ShouldBe(code.Value);
    }

    [Fact]
    public async Task The_lists_of_a_batch_together_ask_for_at_most_ten_thousand_items()
    {
        var one = """{"jsonrpc":"2.0","method":"cartesi_listInputs","params":["echo",null,null,null,5000],"id":1}""";
        (await _api.JsonAsync($"[{one},{one}]")).AsArray().Count.ShouldBe(2);
        ApiHost.CodeOf(await _api.JsonAsync($"[{one},{one},{one}]")).ShouldBe(-31004);
    }

    [Fact]
    public async Task An_empty_body_and_one_that_is_too_large_are_refused_before_JSON_RPC()
    {
        (await _api.PostAsync("")).Status.ShouldBe(HttpStatusCode.BadRequest);
        using var refused = await _api.SendAsync(new string(' ', 1024 * 1024 + 1), headers => headers.ExpectContinue = true);
        refused.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await _api.PostAsync(new string(' ', 1024 * 1024))).Status.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>The node reads on behind its answer, so a client that is still sending sees the answer, not a broken connection.</summary>
    [Theory]
    [InlineData(1024 * 1024 + 1, false)]
    [InlineData(1024 * 1024 + 1, true)]
    [InlineData(48 * 1024 * 1024, false)]
    [InlineData(48 * 1024 * 1024, true)]
    public async Task A_client_that_sends_a_large_body_at_once_sees_why_it_is_refused(int bytes, bool isChunked)
    {
        var (status, body) = await _api.PostAsync(new string(' ', bytes), headers => headers.TransferEncodingChunked = isChunked);

        status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        body.ShouldStartWith("the body is too large");
        (await _api.CallAsync("cartesi_getChainId"))["result"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Other_verbs_and_paths_are_refused()
    {
        using var get = await _api.SendAsync(HttpMethod.Get, "rpc");
        get.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        using var nowhere = await _api.SendAsync(HttpMethod.Get, "nowhere");
        nowhere.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>Alone, and in a batch, whose other requests are answered. The node has not failed, so it logs no error.</summary>
    private async Task IsRefusedAsync(byte[] request, int code, string id)
    {
        var alone = await AnswerAsync(request);
        ApiHost.CodeOf(alone).ShouldBe(code);
        (alone["id"]?.ToJsonString() ?? "null").ShouldBe(id);

        byte[] good = [.. """{"jsonrpc":"2.0","method":"cartesi_getChainId","id":2}"""u8];
        var batch = (await AnswerAsync([(byte)'[', .. good, (byte)',', .. request, (byte)',', .. good, (byte)']'])).AsArray();
        batch.Select(answer => answer!["error"]?["code"]?.GetValue<int>()).ShouldBe([null, code, null]);
        _api.Host.Log.Of(LogLevel.Error).ShouldBeEmpty();

        async Task<JsonNode> AnswerAsync(byte[] body)
        {
            using var answer = await _api.SendAsync(HttpMethod.Post, "rpc", new ByteArrayContent(body));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        }
    }
}
