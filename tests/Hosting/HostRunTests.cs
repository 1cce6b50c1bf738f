using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Rollups.Hosting.Tests;

public sealed class HostRunTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_background_service_that_fails_ends_the_run_with_its_failure()
    {
        var builder = RollupsHost.CreateBuilder([]);
        builder.Services.AddHostedService<FailingService>();
        using var host = builder.Build();
        (
            await Should.ThrowAsync<InvalidOperationException>(() => host.RunToEndAsync(TestContext.Current.CancellationToken))
        ).Message.ShouldBe("the lane is gone");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_that_is_stopped_ends_the_run_without_a_failure()
    {
        var builder = RollupsHost.CreateBuilder([]);
        builder.Services.AddHostedService<WaitingService>();
        using var host = builder.Build();
        var run = host.RunToEndAsync(TestContext.Current.CancellationToken);
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await run;
    }

    private sealed class FailingService : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("the lane is gone");
        }
    }

    private sealed class WaitingService : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Delay(Timeout.Infinite, stoppingToken);
    }
}
