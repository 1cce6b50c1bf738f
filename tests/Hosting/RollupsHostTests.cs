using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollups.Settings;

namespace Rollups.Hosting.Tests;

public sealed class RollupsHostTests
{
    [Fact]
    public void The_command_line_overrules_the_environment()
    {
        Environment.SetEnvironmentVariable("ROLLUPS_HostTest__Both", "environment");
        Environment.SetEnvironmentVariable("ROLLUPS_HostTest__One", "environment");

        var configuration = RollupsHost.CreateBuilder(["--HostTest:Both=line"]).Configuration;

        configuration["HostTest:Both"].ShouldBe("line");
        configuration["HostTest:One"].ShouldBe("environment");
    }

    [Fact]
    public void Variables_without_the_prefix_are_not_read()
    {
        Environment.SetEnvironmentVariable("HostTest__Foreign", "value");
        RollupsHost.CreateBuilder([]).Configuration["HostTest:Foreign"].ShouldBeNull();
    }

    [Theory]
    [InlineData("Rollups.Advancer", LogLevel.Information, true)]
    [InlineData("MassTransit.Transport", LogLevel.Information, false)]
    [InlineData("Microsoft.EntityFrameworkCore.Query", LogLevel.Information, false)]
    [InlineData("Microsoft.EntityFrameworkCore.Query", LogLevel.Warning, true)]
    public void The_node_speaks_and_its_libraries_only_warn(string category, LogLevel level, bool heard)
    {
        using var host = RollupsHost.CreateBuilder([]).Build();
        host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category).IsEnabled(level).ShouldBe(heard);
    }

    [Fact]
    public void A_configured_level_overrules_the_quiet_default()
    {
        using var host = RollupsHost.CreateBuilder(["--Logging:LogLevel:MassTransit=Debug"]).Build();
        host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("MassTransit.Transport").IsEnabled(LogLevel.Debug).ShouldBeTrue();
    }

    [Theory]
    [InlineData("00:00:10", "--Health:Enabled=true")]
    [InlineData("00:01:00", "--Shutdown:Timeout=00:01:00")]
    public void Consumers_the_bus_and_the_services_stop_in_this_order_before_the_process_ends_itself(string within, string setting)
    {
        var builder = RollupsHost.CreateBuilder([setting]);
        builder.AddRollupsHosting();
        using var host = builder.Build();
        var bus = host.Services.GetRequiredService<IOptions<MassTransitHostOptions>>().Value;
        var services = host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;
        var lastMoment = host.Services.GetRequiredService<ShutdownOptions>().LastMoment;

        TimeSpan[] ends = [bus.ConsumerStopTimeout!.Value, bus.StopTimeout!.Value, services, lastMoment, TimeSpan.Parse(within, null)];
        ends.ShouldBeInOrder();
        ends.Distinct().Count().ShouldBe(ends.Length);
    }

    [Fact]
    public async Task A_service_that_does_not_stop_in_time_is_named_with_the_setting()
    {
        var builder = RollupsHost.CreateBuilder(["--Shutdown:Timeout=00:00:05", "--Health:Enabled=false"]);
        builder.AddRollupsHosting();
        builder.Services.AddHostedService<Endless>();
        using var host = builder.Build();

        using var stop = new CancellationTokenSource();
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(stop.Cancel);
        var fault = await Should.ThrowAsync<OperatorException>(() => host.RunToEndAsync(stop.Token));
        fault.Message.ShouldStartWith("A service did not stop within 00:00:05 and was abandoned");
        fault.Message.ShouldContain("Shutdown:Timeout");
    }

    [Fact]
    public void A_time_to_stop_out_of_range_is_refused()
    {
        var builder = RollupsHost.CreateBuilder(["--Shutdown:Timeout=00:00:01"]);
        Should.Throw<OperatorException>(() => builder.AddRollupsHosting()).Message.ShouldContain("Shutdown:Timeout");
    }

    [Fact]
    public void A_collector_that_is_not_a_URL_is_refused()
    {
        var builder = RollupsHost.CreateBuilder(["--Telemetry:OtlpEndpoint=collector"]);
        Should.Throw<OperatorException>(() => builder.AddRollupsHosting()).Message.ShouldContain("'collector'");
    }

    private sealed class Endless : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
