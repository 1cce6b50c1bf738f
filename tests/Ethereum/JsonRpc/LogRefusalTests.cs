using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Testing;

namespace Rollups.Ethereum.Tests.JsonRpc;

/// <summary>Endpoints that refuse wide ranges of logs, each in its own way: the whole backlog is read all the same.</summary>
public sealed class LogRefusalTests
{
    private const ulong Backlog = 600;
    private const string Late = "no answer in time";
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, Reply> Refusals = new()
    {
        ["range 600 exceeds limit of 100"] = FakeNode.Error(-32602, "range 600 exceeds limit of 100"),
        ["backend response too large"] = FakeNode.Error(-32000, "backend response too large"),
        ["internal error"] = FakeNode.Error(-32603, "internal error"),
        ["method not found"] = FakeNode.Error(-32601, "eth_getLogs over many blocks is not available on this plan"),
        ["execution reverted"] = FakeNode.Error(3, "execution reverted: range"),
        ["request limit of blocks"] = FakeNode.Error(-32005, "request limit exceeded: at most 10 blocks"),
        ["HTTP 413 with a limit"] = FakeNode.Raw("request limit exceeded, ask for 10", 413),
        ["HTTP 400"] = FakeNode.Raw("<html>no</html>", 400),
        ["HTTP 403"] = FakeNode.Raw("not on your plan", 403),
        ["HTTP 503"] = FakeNode.Raw("", 503),
        ["HTTP 504"] = FakeNode.Raw("gateway time-out", 504),
        ["an answer without an end"] = FakeNode.Raw("""{"jsonrpc":"2.0","id":{id},"result":[{"addr"""),
        ["a cut connection"] = FakeNode.Broken,
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static MatrixTheoryData<string, int> Cases => new([.. Refusals.Keys, Late], [100, 10, 1]);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_backlog_is_read_in_ranges_that_the_endpoint_takes(string refusal, int most)
    {
        // A stalled request times out at once: there are dozens of them.
        var clock = new ImpatientClock(RequestTimeout, timesOut: false);
        var chain = new Chain { Most = (ulong)most, Refusal = refusal == Late ? FakeNode.StalledThen(clock.TimeOut) : Refusals[refusal] };
        await using var node = await FakeNode.StartAsync(chain.Reply);
        await using var services = node.Services(clock, ("MaxRetries", "1"), ("RequestTimeout", RequestTimeout.ToString()));
        var client = services.GetRequiredService<IEthereumClient>();

        (await client.GetLogsAsync(Filter(7, 7 + Backlog - 1), Cancel)).Select(log => log.BlockNumber).ShouldBe(Blocks(7));

        var needed = (int)Backlog / most;
        node.Requests.Count.ShouldBeLessThan((2 * needed) + 40);
        var refused = chain.Refused;
        // What it takes is remembered: the next backlog does not begin by asking for all of it.
        (await client.GetLogsAsync(Filter(700, 700 + Backlog - 1), Cancel))
            .Select(log => log.BlockNumber)
            .ShouldBe(Blocks(700));
        (chain.Refused - refused).ShouldBeLessThan(6);
        chain.Widest(after: refused).ShouldBeLessThanOrEqualTo((ulong)most * 2);
    }

    [Fact]
    public async Task An_answer_beyond_the_own_limit_is_asked_for_in_smaller_ranges()
    {
        // A hundred thousand hex digits per log: ten of them are above a megabyte.
        var chain = new Chain { Data = "0x" + new string('a', 100_000) };
        await using var node = await FakeNode.StartAsync(chain.Reply);
        await using var services = node.Services(("MaxAnswerMegabytes", "1"));

        (await services.GetRequiredService<IEthereumClient>().GetLogsAsync(Filter(0, 39), Cancel)).Count.ShouldBe(40);

        chain.Asked.Count(range => range.To - range.From >= 10).ShouldBe(2);
    }

    [Fact]
    public async Task A_single_answer_beyond_the_own_limit_is_refused_with_the_setting()
    {
        await using var node = await FakeNode.StartAsync(FakeNode.Result("0x" + new string('a', 2_000_000)));
        await using var services = node.Services(("MaxAnswerMegabytes", "1"));

        (
            await Should.ThrowAsync<EthereumRpcException>(() =>
                services.GetRequiredService<IEthereumClient>().CallAsync(Samples.Call, BlockTag.Latest, Cancel)
            )
        ).Message.ShouldBe("eth_call: the answer has more than 1 MB, the limit of Ethereum:MaxAnswerMegabytes");
        node.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("HTTP 503")]
    [InlineData("a cut connection")]
    [InlineData("internal error")]
    public async Task An_endpoint_that_is_away_costs_one_request_more_and_is_asked_for_as_much_afterwards(string failure)
    {
        var chain = new Chain { Most = 0, Refusal = Refusals[failure] };
        await using var node = await FakeNode.StartAsync(chain.Reply);
        await using var services = node.Services(("MaxRetries", "2"));
        var client = services.GetRequiredService<IEthereumClient>();

        for (var i = 1; i <= 3; i++)
        {
            await Should.ThrowAsync<Exception>(() => client.GetLogsAsync(Filter(0, 599), Cancel));
            // Three attempts for the range where the failure may pass, and one for its first block.
            node.Requests.Count.ShouldBe(i * (failure == "internal error" ? 2 : 4));
        }

        chain.Most = ulong.MaxValue;
        (await client.GetLogsAsync(Filter(0, 599), Cancel)).Count.ShouldBe(600);
        chain.Asked[^1].ShouldBe((0UL, 599UL));
    }

    [Fact]
    public async Task A_replica_that_does_not_have_the_last_block_makes_no_range_smaller()
    {
        var asked = 0;
        var chain = new Chain();
        await using var node = await FakeNode.StartAsync(
            (context, request) =>
                // Each second call comes to a replica that is behind.
                ++asked % 2
                    == 1
                && (ulong)request["params"]![0]!.BigNumber("toBlock") > 95
                    ? FakeNode.Error(-32000, "one of the blocks is not known")(context, request)
                    : chain.Reply(context, request)
        );
        await using var services = node.Services();
        var client = services.GetRequiredService<IEthereumClient>();

        await Should.ThrowAsync<EthereumRpcException>(() => client.GetLogsAsync(Filter(0, 99), Cancel));
        (await client.GetLogsAsync(Filter(0, 99), Cancel)).Count.ShouldBe(100);

        node.Requests.Count.ShouldBe(4);
    }

    [Fact]
    public async Task After_many_answers_more_is_asked_for_again()
    {
        var chain = new Chain { Most = 10, Refusal = Refusals["backend response too large"] };
        await using var node = await FakeNode.StartAsync(chain.Reply);
        await using var services = node.Services();
        var client = services.GetRequiredService<IEthereumClient>();
        await client.GetLogsAsync(Filter(0, 599), Cancel);
        client.BlocksPerStep.ShouldBeLessThanOrEqualTo(2_000UL);

        chain.Most = ulong.MaxValue;
        (await client.GetLogsAsync(Filter(0, 19_999), Cancel)).Count.ShouldBe(20_000);

        chain.Asked.Max(range => range.To - range.From + 1).ShouldBeGreaterThan(1_000UL);
        chain.Asked.Count.ShouldBeLessThan(400);
    }

    [Fact]
    public async Task Until_the_endpoint_has_taken_a_long_range_a_step_is_short()
    {
        var chain = new Chain();
        await using var node = await FakeNode.StartAsync(chain.Reply);
        await using var services = node.Services();
        var client = services.GetRequiredService<IEthereumClient>();

        client.BlocksPerStep.ShouldBe(1_000UL);
        await client.GetLogsAsync(Filter(0, client.BlocksPerStep - 1), Cancel);

        client.BlocksPerStep.ShouldBe(100_000UL);
    }

    [Fact]
    public async Task A_range_that_fails_below_the_smallest_ends_with_the_endpoints_words()
    {
        var chain = new Chain { Most = 10, Refusal = Refusals["backend response too large"] };
        await using var node = await FakeNode.StartAsync(chain.Reply);
        await using var services = node.Services(("MinBlockRange", "50"));

        (
            await Should.ThrowAsync<EthereumRpcException>(() =>
                services.GetRequiredService<IEthereumClient>().GetLogsAsync(Filter(0, 599), Cancel)
            )
        ).Message.ShouldBe("eth_getLogs: backend response too large (code -32000)");
        node.Requests.Count.ShouldBeLessThan(20);
    }

    [Theory]
    [InlineData(429, "slow down")]
    [InlineData(503, "too many requests")]
    public async Task A_rate_limit_by_status_is_no_reason_to_ask_for_smaller_ranges(int status, string body)
    {
        var chain = new Chain { Most = 0, Refusal = FakeNode.Raw(body, status) };
        await using var node = await FakeNode.StartAsync(chain.Reply);
        await using var services = node.Services(("MaxRetries", "2"));

        await Should.ThrowAsync<EthereumRpcException>(() =>
            services.GetRequiredService<IEthereumClient>().GetLogsAsync(Filter(0, 999), Cancel)
        );

        chain.Asked.ShouldBe([(0, 999), (0, 999), (0, 999)]);
    }

    private static IEnumerable<ulong> Blocks(ulong from) => Enumerable.Range(0, (int)Backlog).Select(i => from + (ulong)i);

    private static LogFilter Filter(ulong from, ulong to) => new([Samples.Contract], [], from, to);

    /// <summary>One log in every block; ranges above the limit are refused.</summary>
    private sealed class Chain
    {
        private readonly List<(ulong From, ulong To, bool IsRefused)> _asked = [];
        private readonly Lock _lock = new();

        public ulong Most { get; set; } = ulong.MaxValue;

        public Reply Refusal { get; init; } = FakeNode.Broken;

        public string? Data { get; init; }

        public IReadOnlyList<(ulong From, ulong To)> Asked => [.. All.Select(range => (range.From, range.To))];

        public int Refused => All.Count(range => range.IsRefused);

        public Reply Reply =>
            (context, request) =>
            {
                var filter = request["params"]![0]!;
                var (from, to) = ((ulong)filter.BigNumber("fromBlock"), (ulong)filter.BigNumber("toBlock"));
                var isRefused = to - from >= Most;
                lock (_lock)
                    _asked.Add((from, to, isRefused));
                return isRefused ? Refusal(context, request) : FakeNode.Answers(_ => RpcReply.Result(Logs(from, to)))(context, request);
            };

        private IReadOnlyList<(ulong From, ulong To, bool IsRefused)> All
        {
            get
            {
                lock (_lock)
                    return [.. _asked];
            }
        }

        /// <summary>The widest range since that many refusals.</summary>
        public ulong Widest(int after)
        {
            var (seen, widest) = (0, 0UL);
            foreach (var (from, to, isRefused) in All)
            {
                if (seen >= after)
                    widest = Math.Max(widest, to - from + 1);
                seen += isRefused ? 1 : 0;
            }

            return widest;
        }

        private JsonArray Logs(ulong from, ulong to)
        {
            var logs = new JsonArray();
            for (var block = from; block <= to; block++)
            {
                var log = Samples.Log(block, 0);
                if (Data is not null)
                    log["data"] = Data;
                logs.Add(log);
            }

            return logs;
        }
    }
}
