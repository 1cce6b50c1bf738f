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

    [Fact]
    public void Services_have_less_than_ten_seconds_to_stop()
    {
        var builder = RollupsHost.CreateBuilder([]);
        builder.AddRollupsHosting();
        using var host = builder.Build();
        host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_collector_that_is_not_a_URL_is_refused()
    {
        var builder = RollupsHost.CreateBuilder(["--Telemetry:OtlpEndpoint=collector"]);
        Should.Throw<OperatorException>(() => builder.AddRollupsHosting()).Message.ShouldContain("'collector'");
    }
}
