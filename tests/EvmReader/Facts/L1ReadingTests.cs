using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Facts;

/// <summary>A reader that sees nothing says so: once in the log, and in its readiness.</summary>
public sealed class L1ReadingTests : IAsyncLifetime
{
    private static readonly Address InputBox = FakeChain.AddressOf(9);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private ServiceHost _host = null!;

    public static TheoryData<string> Failures => ["an error", "a revert", "nothing", "something else", "no logs", "logs out of reach"];

    private FakeChain Chain => _host.Chain;

    public async ValueTask InitializeAsync() => _host = await ReaderService.CreateAsync(setup => setup with { Clock = _clock });

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task What_L1_does_not_answer_is_told_once_and_makes_the_reader_unready(string failure)
    {
        var app = await _host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 12);
        Fail(failure, app.Address);

        for (var head = 20UL; head < 24; head++)
            await LookAsync(head);
        Warnings().ShouldHaveSingleItem().ShouldContain("echo");
        (await ReadinessAsync()).ShouldBe(HealthStatus.Healthy);
        _clock.Advance(TimeSpan.FromMinutes(6));
        await LookAsync(24);
        (await ReadinessAsync()).ShouldBe(HealthStatus.Unhealthy);
        Warnings().ShouldHaveSingleItem();

        Fail(null, app.Address);
        await LookAsync(25);
        await LookAsync(26);

        (await ReadinessAsync()).ShouldBe(HealthStatus.Healthy);
        _host.Log.Of(LogLevel.Information).Count(line => line.Contains("is answered again", StringComparison.Ordinal)).ShouldBe(1);
        (await _host.InputsAsync(app)).ShouldHaveSingleItem();
        Warnings().ShouldHaveSingleItem();
        _host.Log.Of(LogLevel.Error).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("EpochSealed logs", false)]
    [InlineData("EpochSealed logs", true)]
    [InlineData("OutputExecuted logs", false)]
    [InlineData("OutputExecuted logs", true)]
    public async Task Logs_of_any_kind_that_L1_does_not_give_are_told_once_and_make_the_reader_unready(string kind, bool isOutOfReach)
    {
        var isSeal = kind == "EpochSealed logs";
        var app = await _host.AddAsync("dave", 1, epochLength: isSeal ? 0ul : 10, consensus: isSeal ? ConsensusType.Prt : default);
        if (isSeal)
            Chain.Seal(app.ConsensusAddress, 12, upper: 0);
        else
            await AddExecutedOutputAsync(app);
        Chain.FailLogs = filter =>
            filter.Topics[0]!.Contains(InputBoxContract.InputAddedTopic) ? null
            : isOutOfReach ? new EthereumUnreachableException("eth_getLogs", "fake", new TimeoutException("no answer"))
            : new EthereumRpcException("eth_getLogs", -32000, $"no logs at the head {Chain.Head}");

        for (var head = 20UL; head < 24; head++)
            await LookAsync(head);
        (await ReadinessAsync()).ShouldBe(HealthStatus.Healthy);
        _clock.Advance(TimeSpan.FromMinutes(6));
        await LookAsync(24);

        (await ReadinessAsync()).ShouldBe(HealthStatus.Unhealthy);
        Warnings().ShouldHaveSingleItem().ShouldContain($"{kind} of application dave");
        _host.Log.Of(LogLevel.Error).ShouldBeEmpty();

        Chain.FailLogs = _ => null;
        await LookAsync(25);
        (await ReadinessAsync()).ShouldBe(HealthStatus.Healthy);
        _host.Log.Of(LogLevel.Information).Count(line => line.Contains("is answered again", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Logs_that_L1_never_gives_though_the_contract_counts_them_make_the_reader_unready()
    {
        var app = await _host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 12);
        Chain.Visible = _ => false;
        await LookAsync(20);
        (await ReadinessAsync()).ShouldBe(HealthStatus.Healthy);

        _clock.Advance(TimeSpan.FromMinutes(6));
        await LookAsync(21);
        (await ReadinessAsync()).ShouldBe(HealthStatus.Unhealthy);

        Chain.Visible = _ => true;
        await LookAsync(22);
        (await ReadinessAsync()).ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Logs_that_cannot_be_used_are_one_error_and_make_the_reader_unready()
    {
        var app = await _host.AddAsync("echo", 1);
        var log = Chain.AddInput(InputBox, app.Address, 12);
        Chain.Logs[0] = log with { Data = [1, 2] };
        for (var head = 20UL; head < 24; head++)
            await LookAsync(head);
        _clock.Advance(TimeSpan.FromMinutes(6));
        await LookAsync(24);

        (await ReadinessAsync()).ShouldBe(HealthStatus.Unhealthy);
        _host.Log.Of(LogLevel.Error).ShouldHaveSingleItem().ShouldContain("InputAdded logs of blocks 5 to 20");

        Chain.Logs[0] = log;
        await LookAsync(25);
        (await ReadinessAsync()).ShouldBe(HealthStatus.Healthy);
        (await _host.InputsAsync(app)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Logs_that_are_not_needed_any_more_are_not_missing()
    {
        await using var host = await ReaderService.CreateAsync(setup =>
            (setup with { Clock = _clock }).With(("Ethereum:DefaultBlock", "latest"))
        );
        var app = await host.AddAsync("echo", 1);
        host.Chain.AddInput(InputBox, app.Address, 22);
        host.Chain.FailLogs = _ => new EthereumRpcException("eth_getLogs", -32000, "no logs");
        await host.PassAsync(23);
        await host.PassAsync(24);
        host.Chain.Reorganise(22);

        await host.PassAsync(25);
        _clock.Advance(TimeSpan.FromMinutes(6));

        (await ReadinessAsync(host)).ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task A_backlog_that_makes_progress_is_not_blind_though_a_log_was_late_once()
    {
        await using var host = await ReaderService.CreateAsync(setup =>
            (setup with { Clock = _clock }).With(("Services:EvmReader:MaxInputsPerScan", "10"))
        );
        var app = await host.AddAsync("echo", 1);
        for (var i = 0; i < 50; i++)
            host.Chain.AddInput(InputBox, app.Address, 20 + (ulong)i);
        var late = host.Chain.Logs[3];
        host.Chain.Visible = log => log != late;
        while ((await host.PassAsync(80)).MoreDue) { }
        host.Chain.Visible = _ => true;

        _clock.Advance(TimeSpan.FromMinutes(3));
        while ((await host.InputsAsync(app)).Count == 0)
            (await host.PassAsync(80)).MoreDue.ShouldBeTrue();
        _clock.Advance(TimeSpan.FromMinutes(3));

        (await ReadinessAsync(host)).ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Another_cause_is_told_too()
    {
        var app = await _host.AddAsync("echo", 1);
        foreach (var failure in new[] { "an error", "a revert", "a revert" })
        {
            Fail(failure, app.Address);
            for (var i = 0; i < 3; i++)
                await LookAsync(20);
        }

        Warnings().Count().ShouldBe(2);
    }

    [Fact]
    public async Task One_application_of_several_degrades_the_reader_and_leaves_it_ready()
    {
        var blind = await _host.AddAsync("blind", 1);
        await _host.AddAsync("seen", 2);
        Fail("a revert", blind.Address);
        await LookAsync(20);

        _clock.Advance(TimeSpan.FromMinutes(6));
        await LookAsync(21);

        (await ReadinessAsync()).ShouldBe(HealthStatus.Degraded);
    }

    [Fact]
    public async Task A_head_that_one_replica_misses_is_not_worth_a_warning()
    {
        var app = await _host.AddAsync("echo", 1);
        for (var head = 20UL; head < 26; head++)
        {
            Fail(head % 2 == 0 ? "an error" : null, app.Address);
            await LookAsync(head);
        }

        Warnings().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_block_of_the_history_that_is_not_given_any_more_is_told()
    {
        await using var host = await ReaderService.CreateAsync(setup =>
            (setup with { Clock = _clock }).With(("Ethereum:DefaultBlock", "latest"))
        );
        var app = await host.AddAsync("echo", 1);
        host.Chain.AddInput(InputBox, app.Address, 12);
        await host.PassAsync(20);
        host.Chain.HasBlock = _ => false;

        for (var head = 21UL; head < 25; head++)
            await host.PassAsync(head);

        host.Log.Of(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("Block of the newest input of application echo");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_head_that_stands_still_is_told_once_and_makes_the_reader_unready(bool isGone)
    {
        await _host.AddAsync("echo", 1);
        await LookAsync(20);
        for (var minutes = 0; minutes < 20; minutes += 5)
        {
            (await ReadinessAsync()).ShouldBe(HealthStatus.Healthy);
            _clock.Advance(TimeSpan.FromMinutes(5.1));
            await LookAsync(isGone ? null : 20);
        }

        (await ReadinessAsync()).ShouldBe(HealthStatus.Unhealthy);
        await LookAsync(isGone ? null : 20);
        Warnings().Count(line => line.Contains("nothing new can be read", StringComparison.Ordinal)).ShouldBe(1);

        await LookAsync(21);

        (await ReadinessAsync()).ShouldBe(HealthStatus.Healthy);
        _host.Log.Of(LogLevel.Information).ShouldContain("L1 moves again, and is at block 21.");
    }

    [Fact]
    public async Task A_replica_that_stands_by_misses_nothing()
    {
        await _host.AddAsync("echo", 1);
        await LookAsync(20);
        await using var other = await _host.AnotherAsync();
        await other.PassAsync();

        _clock.Advance(TimeSpan.FromHours(1));

        (await ReadinessAsync(other)).ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task A_node_without_applications_misses_nothing()
    {
        await LookAsync(20);
        await _host.Services.GetRequiredService<ReadChain>().FindDueAsync(TestContext.Current.CancellationToken);

        _clock.Advance(TimeSpan.FromHours(1));

        (await ReadinessAsync()).ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Both_can_be_switched_off()
    {
        await using var host = await ReaderService.CreateAsync(setup =>
            (setup with { Clock = _clock }).With(
                ("Services:EvmReader:BlindAfter", "00:00:00"),
                ("Services:EvmReader:HeadStillAfter", "00:00:00")
            )
        );
        await host.AddAsync("echo", 1);
        host.Chain.FailCall = _ => new EthereumRpcException("eth_call", -32000, "no");
        await host.PassAsync(20);

        _clock.Advance(TimeSpan.FromHours(1));
        await host.PassAsync(20);

        (await ReadinessAsync(host)).ShouldBe(HealthStatus.Healthy);
    }

    private IEnumerable<string> Warnings() =>
        _host.Log.Of(LogLevel.Warning).Where(line => !line.Contains("no finalized block yet", StringComparison.Ordinal));

    private void Fail(string? failure, Address application)
    {
        var box = Chain.Deploy(InputBox);
        Chain.FailCall = call =>
            failure switch
            {
                _ when call.Data.AsSpan().IndexOf(application.ToByteArray()) < 0 => null,
                "an error" => new EthereumRpcException("eth_call", -32000, $"no state at the head {Chain.Head}"),
                "a revert" => new ContractRevertedException("eth_call", [], "execution reverted"),
                _ => null,
            };
        if (failure is "nothing" or "something else")
            box.Says("getNumberOfInputs(address)", failure == "nothing" ? [] : [1, 2, 3]);
        Chain.FailLogs = _ =>
            failure switch
            {
                "no logs" => new EthereumRpcException("eth_getLogs", -32000, $"no logs at the head {Chain.Head}"),
                "logs out of reach" => new EthereumUnreachableException("eth_getLogs", "fake", new TimeoutException("no answer")),
                _ => null,
            };
    }

    private async Task AddExecutedOutputAsync(Application app)
    {
        Chain.AddInput(InputBox, app.Address, 12);
        await LookAsync(19);
        await _host.ChangeAsync(db =>
        {
            db.Add(
                new Output
                {
                    ApplicationId = app.Id,
                    Index = 0,
                    InputIndex = 0,
                    EpochIndex = 1,
                    RawData = [1],
                }
            );
            return Task.CompletedTask;
        });
        Chain.ExecuteOutput(app.Address, 15, 0, [1]);
    }

    private async Task LookAsync(ulong? head)
    {
        (Chain.HasTags, Chain.Head) = (head is not null, head ?? Chain.Head);
        try
        {
            await _host.PassAsync();
        }
        catch (EthereumUnreachableException)
        {
            // The runner repeats such a pass.
        }
    }

    private async Task<HealthStatus> ReadinessAsync(ServiceHost? host = null)
    {
        var report = await (host ?? _host)
            .Services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(check => check.Name == "l1-reading", TestContext.Current.CancellationToken);
        report.Entries.ShouldHaveSingleItem();
        return report.Status;
    }
}
