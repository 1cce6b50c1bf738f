using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Head;

/// <summary>A reader whose database session has ended, and who has not noticed.</summary>
[NeedsServers]
public sealed class FormerReaderTests(PostgresServer server)
{
    private static readonly Address InputBox = FakeChain.AddressOf(9);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stores_no_inputs_once_another_has_taken_over()
    {
        await using var host = await ReaderService.CreateAsync(server);
        var app = await host.AddAsync("echo", 1);
        host.Chain.AddInput(InputBox, app.Address, 12);
        await using var other = await host.AnotherAsync();
        host.Chain.FailLogs = _ => TakeOver(host, other);

        (await host.PassAsync(13)).Done.ShouldBe(0);
        (await host.InputsAsync(app)).ShouldBeEmpty();
        (await host.EventsAsync()).ShouldBeEmpty();

        host.Chain.FailLogs = _ => null;
        (await other.PassAsync(13)).Done.ShouldBe(1);
        (await other.InputsAsync(app)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Moves_no_cursor_once_another_has_taken_over()
    {
        await using var host = await ReaderService.CreateAsync(server);
        await host.AddAsync("echo", 1, cursor: 12);
        await using var other = await host.AnotherAsync();
        host.Chain.FailCall = _ => TakeOver(host, other);

        await host.PassAsync(100);
        (await host.ApplicationAsync("echo")).LastInputCheckBlock.ShouldBe(12UL);

        host.Chain.FailCall = _ => null;
        await other.PassAsync(100);
        (await other.ApplicationAsync("echo")).LastInputCheckBlock.ShouldBe(100UL);
    }

    /// <summary>Ends the session with the leases, and has the other one read: in the middle of what the first one does.</summary>
    private static Exception? TakeOver(ServiceHost host, ServiceHost other)
    {
        Task.Run(async () =>
            {
                await host.ChangeAsync(db =>
                    db.Database.ExecuteSqlAsync(
                        $"""
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name LIKE 'rollups-leases %'
                        """,
                        Cancel
                    )
                );
                // The server frees the lock when the session has ended, which nobody announces.
                while (await other.Services.GetRequiredService<EvmReader.Head.ActiveReader>().LeaseAsync(Cancel) is null)
                    await Task.Delay(10, Cancel);
            })
            .GetAwaiter()
            .GetResult();
        return null;
    }
}
