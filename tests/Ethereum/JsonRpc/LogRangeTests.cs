using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Testing;

namespace Rollups.Ethereum.Tests.JsonRpc;

public sealed class LogRangeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<int, string> Refusals =>
        new()
        {
            { -32047, "range" },
            { -32600, "invalid" },
            { -32005, "query returned more than 10000 results" },
            { 400, "bad request" },
            { 413, "too large" },
            { -32602, "Log response size exceeded" },
            { -32000, "too many results" },
            { -32001, "eth_getLogs is limited to a 10,000 block range" },
        };

    [Fact]
    public async Task A_range_above_the_maximum_is_read_in_chunks()
    {
        var chain = new Chain(ulong.MaxValue);
        await using var node = await FakeNode.StartAsync(chain.Reply);
        await using var services = node.Services(("MaxBlockRange", "100"));

        var logs = await services.GetRequiredService<IEthereumClient>().GetLogsAsync(Filter(5, 304), Cancel);

        chain.Asked.ShouldBe([(5, 104), (105, 204), (205, 304)]);
        logs.Select(log => log.BlockNumber).Distinct().ShouldBe(Enumerable.Range(5, 300).Select(i => (ulong)i));
    }

    [Fact]
    public async Task Without_a_maximum_the_range_is_one_request()
    {
        var chain = new Chain(ulong.MaxValue);
        await using var node = await FakeNode.StartAsync(chain.Reply);
        await using var services = node.Services();

        await services.GetRequiredService<IEthereumClient>().GetLogsAsync(Filter(0, 500), Cancel);
        await services.GetRequiredService<IEthereumClient>().GetLogsAsync(Filter(7, 7), Cancel);

        chain.Asked.ShouldBe([(0, 500), (7, 7)]);
    }

    [Fact]
    public async Task An_empty_range_is_no_request()
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Result(new JsonArray()));
        await using var services = node.Services();

        (await services.GetRequiredService<IEthereumClient>().GetLogsAsync(Filter(8, 7), Cancel)).ShouldBeEmpty();

        node.Requests.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_range_that_the_provider_refuses_is_halved(int code, string message)
    {
        var chain = new Chain(130) { Refusal = RpcReply.Error(code, message) };
        await using var node = await FakeNode.StartAsync(chain.Reply);
        await using var services = node.Services();

        var logs = await services.GetRequiredService<IEthereumClient>().GetLogsAsync(Filter(0, 399), Cancel);

        // After each refusal the two ends alone show that only the width was refused.
        chain.Asked.ShouldBe([(0, 399), (0, 0), (399, 399), (1, 200), (1, 1), (200, 200), (2, 101), (102, 201), (202, 301), (302, 399)]);
        logs.Count.ShouldBe(800);
    }

    [Theory]
    [InlineData(413)]
    [InlineData(400)]
    public async Task A_range_that_the_provider_refuses_by_status_alone_is_halved(int status)
    {
        var chain = new Chain(100);
        await using var node = await FakeNode.StartAsync(FakeNode.Raw("<html>no</html>", status), chain.Reply);
        await using var services = node.Services();

        var logs = await services.GetRequiredService<IEthereumClient>().GetLogsAsync(Filter(0, 199), Cancel);

        chain.Asked.ShouldBe([(0, 0), (199, 199), (1, 100), (101, 199)]);
        logs.Count.ShouldBe(400);
    }

    [Fact]
    public async Task No_log_is_missed_or_doubled_whatever_the_provider_allows()
    {
        await Gen.Select(Gen.ULong[0, 300], Gen.ULong[0, 400], Gen.ULong[3, 500], Gen.ULong[0, 200])
            .SampleAsync(
                async (from, length, allowed, maximum) =>
                {
                    var chain = new Chain(allowed);
                    await using var node = await FakeNode.StartAsync(chain.Reply);
                    await using var services = node.Services(("MaxBlockRange", $"{maximum}"), ("MinBlockRange", "3"));

                    var logs = await services.GetRequiredService<IEthereumClient>().GetLogsAsync(Filter(from, from + length), Cancel);

                    logs.Select(log => (log.BlockNumber, log.LogIndex))
                        .ShouldBe(
                            Enumerable.Range(0, (int)length + 1).SelectMany(i => new[] { (from + (ulong)i, 0UL), (from + (ulong)i, 1UL) })
                        );
                },
                iter: 20
            );
    }

    [Fact]
    public async Task Where_a_single_block_is_refused_too_the_providers_words_end_it()
    {
        var chain = new Chain(0) { Refusal = RpcReply.Error(-32005, "query returned more than 10000 results") };
        await using var node = await FakeNode.StartAsync(chain.Reply);
        await using var services = node.Services();

        var exception = await Should.ThrowAsync<EthereumRpcException>(() =>
            services.GetRequiredService<IEthereumClient>().GetLogsAsync(Filter(0, 119), Cancel)
        );

        exception.Message.ShouldBe("eth_getLogs: query returned more than 10000 results (code -32005)");
        chain.Asked.ShouldBe([(0, 119), (0, 0)]);
    }

    [Theory]
    [InlineData(-32601, "the method eth_getLogs does not exist")]
    [InlineData(-32603, "internal error")]
    public async Task An_error_of_every_range_is_given_after_one_more_request(int code, string message)
    {
        var chain = new Chain(0) { Refusal = RpcReply.Error(code, message) };
        await using var node = await FakeNode.StartAsync(chain.Reply);
        await using var services = node.Services();

        (
            await Should.ThrowAsync<EthereumRpcException>(() =>
                services.GetRequiredService<IEthereumClient>().GetLogsAsync(Filter(0, 999), Cancel)
            )
        ).Code.ShouldBe(code);

        chain.Asked.ShouldBe([(0, 999), (0, 0)]);
    }

    [Fact]
    public async Task A_rate_limit_is_no_reason_to_ask_for_smaller_ranges()
    {
        var chain = new Chain(0) { Refusal = RpcReply.Error(-32005, "daily request count exceeded, request rate limited") };
        await using var node = await FakeNode.StartAsync(chain.Reply);
        await using var services = node.Services(("MaxRetries", "2"));

        await Should.ThrowAsync<EthereumRpcException>(() =>
            services.GetRequiredService<IEthereumClient>().GetLogsAsync(Filter(0, 999), Cancel)
        );

        chain.Asked.ShouldBe([(0, 999), (0, 999), (0, 999)]);
    }

    [Fact]
    public async Task Logs_come_in_chain_order_whatever_the_node_does()
    {
        await using var node = await FakeNode.StartAsync(
            FakeNode.Result(new JsonArray(Samples.Log(9, 3), Samples.Log(8, 7), Samples.Log(9, 0)))
        );
        await using var services = node.Services();

        var logs = await services.GetRequiredService<IEthereumClient>().GetLogsAsync(Filter(0, 10), Cancel);

        logs.Select(log => (log.BlockNumber, log.LogIndex)).ShouldBe([(8UL, 7UL), (9UL, 0UL), (9UL, 3UL)]);
    }

    [Fact]
    public async Task The_filter_names_addresses_and_topics_by_position()
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Result(new JsonArray()));
        await using var services = node.Services();

        await services
            .GetRequiredService<IEthereumClient>()
            .GetLogsAsync(
                new LogFilter(
                    [Samples.Contract],
                    [
                        [Samples.Hash(1)],
                        null,
                        [Samples.Hash(2), Samples.Hash(3)],
                    ],
                    16,
                    255
                ),
                Cancel
            );
        await services.GetRequiredService<IEthereumClient>().GetLogsAsync(new LogFilter([], [], 0, 0), Cancel);

        node.Requests[0]["params"]![0]!
            .ToJsonString()
            .ShouldBe(
                $$"""{"fromBlock":"0x10","toBlock":"0xff","address":["{{Samples.Contract}}"]"""
                    + $$""","topics":[["{{Samples.Hash(1)}}"],null,["{{Samples.Hash(2)}}","{{Samples.Hash(3)}}"]]}"""
            );
        node.Requests[1]["params"]![0]!.ToJsonString().ShouldBe("""{"fromBlock":"0x0","toBlock":"0x0"}""");
    }

    private static LogFilter Filter(ulong from, ulong to) => new([Samples.Contract], [], from, to);

    /// <summary>Two logs in every block; ranges above the limit are refused.</summary>
    private sealed class Chain(ulong largestRange)
    {
        private readonly ConcurrentQueue<(ulong, ulong)> _asked = new();

        public RpcReply Refusal { get; init; } = RpcReply.Error(-32005, "query returned more than 10000 results");

        public IReadOnlyList<(ulong From, ulong To)> Asked => [.. _asked];

        public Reply Reply =>
            FakeNode.Answers(call =>
            {
                var filter = call["params"]![0]!;
                var from = (ulong)filter.BigNumber("fromBlock");
                var to = (ulong)filter.BigNumber("toBlock");
                _asked.Enqueue((from, to));
                if (to - from >= largestRange)
                    return Refusal with { Failure = (JsonObject)Refusal.Failure!.DeepClone() };
                var logs = new JsonArray();
                for (var block = from; block <= to; block++)
                {
                    logs.Add(Samples.Log(block, 0));
                    logs.Add(Samples.Log(block, 1));
                }

                return RpcReply.Result(logs);
            });
    }
}
