using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Rollups.Ethereum.Tests.Heads;

public sealed class NewHeadsTests
{
    private readonly FakeHead _head;
    private readonly IEthereumClient _client;

    public NewHeadsTests() => (_client, _head) = FakeHead.Create();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_head_on_the_line_is_a_reason_to_look_at_once()
    {
        await using var server = await FakeSocketServer.StartAsync();
        await using var heads = Follow(server);
        var first = heads.MoveNextAsync().AsTask();
        var line = await server.NextAsync();
        await line.ConfirmAsync();
        await first;

        for (ulong number = 2; number <= 4; number++)
        {
            _head.Is(number);
            await line.HeadAsync();
            await heads.MoveNextAsync();
            heads.Current.Number.ShouldBe(number);
        }
    }

    [Fact]
    public async Task Credentials_in_the_url_are_sent_as_a_header()
    {
        await using var server = await FakeSocketServer.StartAsync();
        await using var heads = Follow(
            server,
            configure: options => options.WebSocketEndpoint = server.Url.Replace("ws://", "ws://alice:p%40ss@", StringComparison.Ordinal)
        );
        await heads.MoveNextAsync();

        (await server.NextAsync()).Authorization.ShouldBe("Basic YWxpY2U6cEBzcw==");
    }

    [Fact]
    public async Task What_happened_before_the_subscription_stood_is_looked_at_too()
    {
        await using var server = await FakeSocketServer.StartAsync();
        await using var heads = Follow(server);
        await heads.MoveNextAsync();
        var line = await server.NextAsync();

        _head.Is(2);
        await line.ConfirmAsync();

        await heads.MoveNextAsync();
        heads.Current.Number.ShouldBe(2UL);
    }

    [Theory]
    [InlineData("closed")]
    [InlineData("broken")]
    [InlineData("garbage")]
    [InlineData("not an object")]
    public async Task A_lost_line_is_connected_again(string how)
    {
        await using var server = await FakeSocketServer.StartAsync();
        await using var heads = Follow(server);
        await heads.MoveNextAsync();
        var line = await server.NextAsync();
        await line.ConfirmAsync();
        _head.Is(2);
        await line.HeadAsync();
        await heads.MoveNextAsync();

        await (
            how switch
            {
                "closed" => line.CloseAsync(),
                "garbage" => line.SendAsync("<html>"),
                "not an object" => line.SendAsync("[1]"),
                _ => Broken(),
            }
        );
        _head.Is(3);
        await (await server.NextAsync()).ConfirmAsync();

        await heads.MoveNextAsync();
        heads.Current.Number.ShouldBe(3UL);

        Task Broken()
        {
            line.Break();
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_line_that_falls_silent_is_connected_again()
    {
        await using var server = await FakeSocketServer.StartAsync();
        var clock = new FakeTimeProvider();
        await using var heads = Follow(server, clock);
        await heads.MoveNextAsync();
        var line = await server.NextAsync();
        await line.ConfirmAsync();
        _head.Is(2);
        await line.HeadAsync();
        await heads.MoveNextAsync();

        await AdvanceUntil(clock, TimeSpan.FromSeconds(61), server.NextAsync());
    }

    [Fact]
    public async Task A_server_that_refuses_the_subscription_is_tried_again()
    {
        await using var server = await FakeSocketServer.StartAsync();
        var clock = new FakeTimeProvider();
        await using var heads = Follow(server, clock);
        await heads.MoveNextAsync();
        await (await server.NextAsync()).SendAsync(
            """{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"notifications not supported"}}"""
        );

        await AdvanceUntil(clock, TimeSpan.FromSeconds(1), server.NextAsync());
    }

    [Fact]
    public async Task While_the_line_stands_polling_is_a_safety_net_at_a_tenth_of_its_rate()
    {
        await using var server = await FakeSocketServer.StartAsync();
        var clock = new FakeTimeProvider();
        await using var heads = Follow(
            server,
            clock,
            options =>
            {
                options.PollingInterval = TimeSpan.FromMilliseconds(1);
                options.HeadTimeout = TimeSpan.FromHours(1);
            }
        );
        await heads.MoveNextAsync();
        await _head.AskedAsync();
        var next = heads.MoveNextAsync().AsTask();
        await (await server.NextAsync()).ConfirmAsync();
        await _head.AskedAsync();
        _head.Is(2);

        (await AdvanceUntil(clock, TimeSpan.FromMilliseconds(1), next)).ShouldBeGreaterThanOrEqualTo(10);

        heads.Current.Number.ShouldBe(2UL);
    }

    [Fact]
    public async Task A_stop_closes_the_line()
    {
        await using var server = await FakeSocketServer.StartAsync();
        var heads = Follow(server);
        await heads.MoveNextAsync();
        await (await server.NextAsync()).ConfirmAsync();

        await heads.DisposeAsync();
    }

    private static async Task<int> AdvanceUntil(FakeTimeProvider clock, TimeSpan step, Task done)
    {
        var steps = 0;
        for (; !done.IsCompleted; steps++)
        {
            clock.Advance(step);
            await Task.WhenAny(done, Task.Delay(5, Cancel));
        }

        await done;
        return steps;
    }

    private IAsyncEnumerator<BlockHeader> Follow(
        FakeSocketServer server,
        TimeProvider? clock = null,
        Action<EthereumOptions>? configure = null
    )
    {
        var options = new EthereumOptions { WebSocketEndpoint = server.Url, PollingInterval = TimeSpan.FromHours(1) };
        configure?.Invoke(options);
        return new HeadSource(
            _client,
            new ChainPolicy(Options.Create(options)),
            Options.Create(options),
            clock ?? TimeProvider.System,
            NullLogger<HeadSource>.Instance
        )
            .FollowAsync(Cancel)
            .GetAsyncEnumerator(Cancel);
    }
}
