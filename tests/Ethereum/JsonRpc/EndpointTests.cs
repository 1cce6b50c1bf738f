using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Rollups.Ethereum.Tests.JsonRpc;

/// <summary>What stands between a node and its endpoint: credentials, compression, redirects.</summary>
public sealed class EndpointTests
{
    private const string Credentials = "Basic YWxpY2U6cEBzcw==";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Credentials_in_the_url_are_sent_as_a_header()
    {
        string? seen = null;
        await using var node = await FakeNode.StartAsync(
            (context, request) =>
            {
                seen = context.Request.Headers.Authorization;
                return FakeNode.Result("0x7a69")(context, request);
            }
        );
        await using var services = FakeNode.ServicesFor(WithCredentials(node.Url));

        (await services.GetRequiredService<IEthereumClient>().GetChainIdAsync(Cancel)).ShouldBe(31337UL);

        seen.ShouldBe(Credentials);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task A_compressed_answer_is_read(string encoding)
    {
        string? accepted = null;
        await using var node = await FakeNode.StartAsync(
            (context, request) =>
            {
                accepted = context.Request.Headers.AcceptEncoding;
                return CompressedAsync(context, encoding, RpcReply.Result("0x7a69").For(request).ToJsonString(), whole: true);
            }
        );
        await using var services = node.Services();

        (await services.GetRequiredService<IEthereumClient>().GetChainIdAsync(Cancel)).ShouldBe(31337UL);

        accepted.ShouldNotBeNull().Split(", ").ShouldBe(["gzip", "br"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task A_damaged_compressed_answer_is_asked_for_again(string encoding)
    {
        await using var node = await FakeNode.StartAsync(
            (context, _) => CompressedAsync(context, encoding, new string('x', 10_000), whole: false),
            FakeNode.Result("0x7a69")
        );
        await using var services = node.Services();

        (await services.GetRequiredService<IEthereumClient>().GetChainIdAsync(Cancel)).ShouldBe(31337UL);

        node.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_small_answer_that_grows_beyond_the_limit_is_given_up()
    {
        await using var node = await FakeNode.StartAsync(
            (context, _) => CompressedAsync(context, "gzip", new string(' ', 5_000_000), whole: true)
        );
        await using var services = node.Services(("MaxAnswerMegabytes", "1"));

        (
            await Should.ThrowAsync<EthereumRpcException>(() => services.GetRequiredService<IEthereumClient>().GetChainIdAsync(Cancel))
        ).Message.ShouldContain("MaxAnswerMegabytes");
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_followed_with_the_same_call_and_the_credentials_stay_with_the_host(int status)
    {
        List<(string Method, string Path, string? Authorization)> seen = [];
        Task Seen(HttpContext context, JsonNode request, Reply reply)
        {
            seen.Add((context.Request.Method, context.Request.Path, context.Request.Headers.Authorization));
            return reply(context, request);
        }

        await using var other = await FakeNode.StartAsync((context, request) => Seen(context, request, FakeNode.Result("0x7a69")));
        await using var node = await FakeNode.StartAsync(
            (context, request) => Seen(context, request, Redirect(status, "/v2")),
            (context, request) => Seen(context, request, Redirect(status, other.Url + "/v3"))
        );
        await using var services = FakeNode.ServicesFor(WithCredentials(node.Url));

        (await services.GetRequiredService<IEthereumClient>().GetChainIdAsync(Cancel)).ShouldBe(31337UL);

        // Another port is another endpoint.
        seen.ShouldBe([("POST", "/", Credentials), ("POST", "/v2", Credentials), ("POST", "/v3", null)]);
        other.Requests.ShouldHaveSingleItem()["method"]!.GetValue<string>().ShouldBe("eth_chainId");
    }

    [Theory]
    [InlineData(303, "https://rpc.example.org/v3/topsecret", "https://rpc.example.org")]
    [InlineData(301, "ftp://rpc.example.org/", "ftp://rpc.example.org")]
    [InlineData(302, "/", "http://127.0.0.1")]
    public async Task A_redirect_that_is_not_followed_names_its_target_without_the_path(int status, string location, string named)
    {
        await using var node = await FakeNode.StartAsync(Redirect(status, location));
        await using var services = node.Services();

        var exception = await Should.ThrowAsync<EthereumRpcException>(() =>
            services.GetRequiredService<IEthereumClient>().GetChainIdAsync(Cancel)
        );

        exception.Message.ShouldContain($"the L1 endpoint redirects to {named}");
        exception.ToString().ShouldNotContain("topsecret");
    }

    [Theory]
    [InlineData("eth_getTransactionCount")]
    [InlineData("eth_getBlockByNumber")]
    public async Task Where_the_endpoint_has_no_pending_block_the_latest_stands_for_it(string method)
    {
        foreach (var refusal in new[] { RpcReply.Error(-32602, "unknown block tag"), RpcReply.Result(null) })
        {
            await using var node = await FakeNode.StartAsync(
                FakeNode.Answers(call =>
                    call["params"]!
                        .AsArray()
                        .Any(parameter => parameter is JsonValue value && value.TryGetValue<string>(out var text) && text == "pending")
                        ? refusal with
                        {
                            Failure = (JsonObject?)refusal.Failure?.DeepClone(),
                        }
                        : RpcReply.Result(method == "eth_getTransactionCount" ? "0x5" : Samples.Block(9, "0x7"))
                )
            );
            await using var services = node.Services();
            var client = services.GetRequiredService<IEthereumClient>();

            if (method == "eth_getTransactionCount")
                (await client.GetTransactionCountAsync(Samples.Contract, BlockTag.Pending, Cancel)).ShouldBe(5UL);
            else
                (await client.GetBlockAsync(BlockTag.Pending, Cancel))!.Number.ShouldBe(9UL);
        }
    }

    private static string WithCredentials(string url) => url.Replace("http://", "http://alice:p%40ss@", StringComparison.Ordinal);

    private static Reply Redirect(int status, string location) =>
        (context, _) =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = location;
            return Task.CompletedTask;
        };

    private static async Task CompressedAsync(HttpContext context, string encoding, string text, bool whole)
    {
        using var bytes = new MemoryStream();
        await using (
            Stream compressed =
                encoding == "gzip"
                    ? new GZipStream(bytes, CompressionMode.Compress, leaveOpen: true)
                    : new BrotliStream(bytes, CompressionMode.Compress, leaveOpen: true)
        )
            await compressed.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted);
        var body = bytes.ToArray();
        if (!whole)
            Array.Fill(body, (byte)0xff, 0, body.Length);
        context.Response.Headers.ContentEncoding = encoding;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
