using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Rollups.Domain;

namespace Rollups.Ethereum.Tests.Heads;

public sealed class HeadSourceTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(12);
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeHead _head;
    private readonly IEthereumClient _client;

    public HeadSourceTests() => (_client, _head) = FakeHead.Create();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_head_comes_at_once_at_the_configured_tag()
    {
        await using var heads = Follow("safe");

        (await heads.MoveNextAsync()).ShouldBeTrue();

        heads.Current.ShouldBe(FakeHead.Header(1));
        (await _head.AskedAsync()).ShouldBe(BlockTag.Safe);
    }

    [Fact]
    public async Task A_new_head_is_found_by_polling_and_an_old_one_is_not_repeated()
    {
        await using var heads = Follow();
        await heads.MoveNextAsync();
        await _head.AskedAsync();

        var next = heads.MoveNextAsync().AsTask();
        _clock.Advance(Interval);
        await _head.AskedAsync();
        next.IsCompleted.ShouldBeFalse();
        _head.Is(2);
        _clock.Advance(Interval);

        (await next).ShouldBeTrue();
        heads.Current.Number.ShouldBe(2UL);
    }

    [Fact]
    public async Task Another_block_of_the_same_number_is_a_new_head()
    {
        await using var heads = Follow("latest");
        await heads.MoveNextAsync();

        var other = FakeHead.Header(1) with { Hash = Keccak256.Hash([1]) };
        _head.Is(() => other);
        _clock.Advance(Interval);

        (await heads.MoveNextAsync()).ShouldBeTrue();
        heads.Current.ShouldBe(other);
    }

    [Fact]
    public async Task The_pending_block_advances_by_its_number()
    {
        _head.Is(() => FakeHead.Header(1) with { Hash = Hash32.Zero });
        await using var heads = Follow("pending");
        await heads.MoveNextAsync();

        _head.Is(() => FakeHead.Header(2) with { Hash = Hash32.Zero });
        _clock.Advance(Interval);

        (await heads.MoveNextAsync()).ShouldBeTrue();
        heads.Current.Number.ShouldBe(2UL);
    }

    [Fact]
    public async Task Heads_that_come_while_one_is_worked_on_merge_into_the_newest()
    {
        await using var heads = Follow();
        await heads.MoveNextAsync();

        for (ulong number = 2; number <= 9; number++)
        {
            _head.Is(number);
            _clock.Advance(Interval);
        }

        await heads.MoveNextAsync();
        heads.Current.Number.ShouldBe(9UL);
    }

    [Fact]
    public async Task An_endpoint_that_fails_or_has_no_such_block_is_asked_again()
    {
        _head.Is(() => throw new EthereumRpcException("eth_getBlockByNumber", -32000, "finalized block not found"));
        await using var heads = Follow();
        var next = heads.MoveNextAsync().AsTask();
        await _head.AskedAsync();
        _head.Is(() => null);
        _clock.Advance(Interval);
        await _head.AskedAsync();
        next.IsCompleted.ShouldBeFalse();
        _head.Is(3);
        _clock.Advance(Interval);

        (await next).ShouldBeTrue();
        heads.Current.Number.ShouldBe(3UL);
    }

    [Fact]
    public async Task A_stop_ends_the_wait_for_a_head()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var heads = Source("finalized").FollowAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        await heads.MoveNextAsync();
        var next = heads.MoveNextAsync().AsTask();

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => next);
    }

    private IAsyncEnumerator<BlockHeader> Follow(string tag = "finalized") => Source(tag).FollowAsync(Cancel).GetAsyncEnumerator(Cancel);

    private HeadSource Source(string tag) =>
        Source(Options.Create(new EthereumOptions { DefaultBlock = tag, PollingInterval = Interval }));

    private HeadSource Source(IOptions<EthereumOptions> options) =>
        new(_client, new ChainPolicy(options), options, _clock, NullLogger<HeadSource>.Instance);
}
