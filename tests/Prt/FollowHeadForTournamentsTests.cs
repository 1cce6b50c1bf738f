using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Testing;
using Rollups.Testing.Fakes;
using Rollups.Transactions;

namespace Rollups.Prt.Tests;

/// <summary>The blocks whose logs are read at a head, where a tournament is open.</summary>
public sealed class FollowHeadForTournamentsTests : IAsyncDisposable
{
    private static readonly Address Tournament = new([.. new byte[19], 11]);
    private readonly FakeChain _chain = new();
    private ServiceHost? _host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_logs_of_heads_that_were_skipped_are_read_too()
    {
        var (listener, asked) = await StartAsync();

        await HeadAsync(listener, 101);
        await HeadAsync(listener, 105);
        await HeadAsync(listener, 106);

        asked.Ranges.ShouldBe([(101, 101), (102, 105), (106, 106)]);
    }

    [Fact]
    public async Task A_head_whose_call_failed_is_read_with_the_next()
    {
        var (listener, asked) = await StartAsync();
        await HeadAsync(listener, 101);
        asked.Fault = new InvalidOperationException("A fault.");
        await Should.ThrowAsync<InvalidOperationException>(() => HeadAsync(listener, 102));

        asked.Fault = null;
        await HeadAsync(listener, 103);

        asked.Ranges.ShouldBe([(101, 101), (102, 102), (102, 103)]);
    }

    [Fact]
    public async Task An_outage_of_the_database_that_the_log_has_already_is_no_warning_at_every_head()
    {
        var outage = new LostDatabase();
        var (listener, _) = await StartAsync(services => ActivatorUtilities.CreateInstance<WatchClaims>(services, true, outage));

        outage.Failure = ToldFailure.Of(new InvalidOperationException("The database is away."));
        await HeadAsync(listener, 101);
        await HeadAsync(listener, 102);
        _host!.Log.AtLeast(LogLevel.Warning).ShouldBeEmpty();

        outage.Failure = new InvalidOperationException("A privilege is missing.");
        await HeadAsync(listener, 103);
        _host!.Log.AtLeast(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("A privilege is missing.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
    }

    private async Task<(IHeadListener Listener, AskedLogs Asked)> StartAsync(Func<IServiceProvider, WatchClaims>? watch = null)
    {
        _host = await PrtService.CreateAsync(_chain, new FakeSigner(FakeChain.AddressOf(1)));
        var app = await _host.AddApplicationAsync();
        _host.Services.GetRequiredService<OpenTournaments>().Wait(new WorkKey(app.Address), [Tournament], ulong.MaxValue, looked: 100);
        var client = DispatchProxy.Create<IEthereumClient, AskedLogs>();
        var asked = (AskedLogs)(object)client;
        asked.Chain = _chain;
        object[] given = watch is null ? [client] : [client, watch(_host.Services)];
        return (ActivatorUtilities.CreateInstance<FollowHeadForTournaments>(_host.Services, given), asked);
    }

    private async Task HeadAsync(IHeadListener listener, ulong number)
    {
        _chain.Head = number;
        await listener.OnHeadAsync((await _chain.GetBlockAsync(BlockTag.At(number), Cancel))!, Cancel);
    }

    /// <summary>No query gets as far as the database.</summary>
    private sealed class LostDatabase : IServiceScopeFactory
    {
        public Exception Failure { get; set; } = null!;

        public IServiceScope CreateScope() => throw Failure;
    }

    /// <summary>The chain; records the blocks whose logs are asked for.</summary>
    private class AskedLogs : DispatchProxy
    {
        public FakeChain Chain { get; set; } = null!;

        public Exception? Fault { get; set; }

        public List<(ulong From, ulong To)> Ranges { get; } = [];

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IEthereumClient.GetLogsAsync))
            {
                var filter = (LogFilter)args![0]!;
                Ranges.Add((filter.FromBlock, filter.ToBlock));
                if (Fault is not null)
                    throw Fault;
            }

            return targetMethod.Invoke(Chain, args);
        }
    }
}
