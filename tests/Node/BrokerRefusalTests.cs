using Rollups.Testing;

namespace Rollups.Node.Tests;

/// <summary>The whole process in front of a broker that never lets it in.</summary>
[NeedsServers]
public sealed class BrokerRefusalTests(RabbitMqServer rabbit) : IClassFixture<RabbitMqServer>
{
    private const string Wrong = "not-the-password";

    [Fact]
    public async Task The_process_ends_with_code_1_and_the_reason_so_that_its_supervisor_restarts_it()
    {
        var broker = await rabbit.CreateVirtualHostAsync(TestContext.Current.CancellationToken);
        (string, string)[] settings =
        [
            ("Ethereum__ChainId", "31337"),
            .. (broker with { Password = Wrong }).Settings.Select(setting =>
                (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value!)
            ),
            ("Messaging__RabbitMq__GiveUpAfter", "00:00:10"),
        ];

        var (exitCode, error, output) = await NodeProcess.RunAsync(["--services", "lifecycle"], settings);

        exitCode.ShouldBe(1);
        error.ShouldContain($"refuses the login of the user '{broker.Username}'");
        error.ShouldContain("00:00:10");
        (error + output).ShouldNotContain(Wrong);
    }
}
