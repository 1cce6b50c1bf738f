using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Rollups.Domain;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Facts;

/// <summary>
/// An L1 node may announce a block before all its logs can be read. That is no fault unless it lasts, and in no case is anything stored
/// that does not add up.
/// </summary>
public sealed class LackingLogsTests : IAsyncLifetime
{
    private static readonly Address InputBox = FakeChain.AddressOf(9);
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private ServiceHost _host = null!;
    private Application _app = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ReaderService.CreateAsync(setup => (setup with { Clock = _clock }).With(("Ethereum:DefaultBlock", "latest")));
        _app = await _host.AddAsync("echo", 1);
        _host.Chain.AddInput(InputBox, _app.Address, 12);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_log_that_comes_after_its_block_is_read_then_and_nobody_is_warned()
    {
        var late = _host.Chain.AddInput(InputBox, _app.Address, 15);
        for (var head = 15UL; head < 18; head++)
        {
            _host.Chain.Visible = log => log != late;
            await PassesAsync(head);
            (await _host.InputsAsync(_app)).ShouldBeEmpty();
        }

        _host.Chain.Visible = _ => true;
        await PassesAsync(18);

        (await _host.InputsAsync(_app)).Count.ShouldBe(2);
        Complaints().ShouldBeEmpty();
        Complete().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_log_that_stays_away_is_worth_one_warning_and_one_line_when_it_comes()
    {
        var late = _host.Chain.AddInput(InputBox, _app.Address, 15);
        _host.Chain.Visible = log => log != late;
        for (var head = 15UL; head < 20; head++)
        {
            await PassesAsync(head);
            _clock.Advance(TimeSpan.FromSeconds(6));
        }

        (await _host.InputsAsync(_app)).ShouldBeEmpty();
        Complaints()
            .ShouldHaveSingleItem()
            .ShouldContain("the InputBox counts 2 inputs, but 0 are stored and the L1 node gave 1 new logs");
        _host.Log.Of(LogLevel.Error).ShouldBeEmpty();

        _host.Chain.Visible = _ => true;
        await PassesAsync(20);

        (await _host.InputsAsync(_app)).Count.ShouldBe(2);
        Complete().ShouldHaveSingleItem().ShouldContain("The InputAdded logs of application echo");
    }

    [Fact]
    public async Task A_log_that_comes_late_long_after_another_was_late_is_no_fault_either()
    {
        for (var block = 15UL; block < 18; block++)
        {
            var late = _host.Chain.AddInput(InputBox, _app.Address, block);
            _host.Chain.Visible = log => log != late;
            await PassesAsync(block);
            _host.Chain.Visible = _ => true;
            await PassesAsync(block);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        (await _host.InputsAsync(_app)).Count.ShouldBe(4);
        Complaints().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_execution_that_an_earlier_step_lacked_is_found_from_the_cursor_on()
    {
        await PassesAsync(20);
        await _host.ChangeAsync(db =>
        {
            for (ulong i = 0; i < 2; i++)
                db.Add(
                    new Output
                    {
                        ApplicationId = _app.Id,
                        Index = i,
                        InputIndex = 0,
                        EpochIndex = 1,
                        RawData = [1],
                    }
                );
            return Task.CompletedTask;
        });
        var hidden = _host.Chain.ExecuteOutput(_app.Address, 30, 0, [1]);
        _host.Chain.ExecuteOutput(_app.Address, 500, 1, [1]);
        _host.Chain.BlocksPerStep = 100;
        _host.Chain.Visible = log => log != hidden;
        await PassesAsync(510);
        _host.Chain.Visible = _ => true;
        for (var head = 511UL; head < 516; head++)
        {
            await PassesAsync(head);
            _clock.Advance(TimeSpan.FromSeconds(10));
        }

        (await _host.ReadAsync(db => Task.FromResult(db.Outputs.Count(output => output.ExecutionTransactionHash != null)))).ShouldBe(2);
        Complaints().ShouldHaveSingleItem().ShouldContain("L1 counts 2 executed outputs");
        Complete().ShouldHaveSingleItem().ShouldContain("The OutputExecuted logs of application echo");
    }

    [Fact]
    public async Task Logs_that_can_never_add_up_are_an_error_at_once()
    {
        await _host.DisposeAsync();
        _host = await ReaderService.CreateAsync(setup => setup with { Clock = _clock });
        _app = await _host.AddAsync("echo", 1);
        var log = _host.Chain.AddInput(InputBox, _app.Address, 12);
        _host.Chain.Logs[0] = log with { Data = [1, 2] };

        await PassesAsync(15);

        _host.Log.Of(LogLevel.Error).ShouldHaveSingleItem().ShouldContain("Nothing is stored");
    }

    /// <summary>As the work runner makes them: at a head, and again while more is due.</summary>
    private async Task PassesAsync(ulong head)
    {
        while ((await _host.PassAsync(head)).MoreDue) { }
    }

    private List<string> Complaints() => [.. _host.Log.Of(LogLevel.Warning), .. _host.Log.Of(LogLevel.Error)];

    private List<string> Complete() =>
        [.. _host.Log.Of(LogLevel.Information).Where(line => line.Contains("complete again", StringComparison.Ordinal))];
}
