using Microsoft.Extensions.Configuration;
using Rollups.Cli.Deploy;
using Rollups.Settings;

namespace Rollups.Cli.Tests;

public sealed class UnknownSettingTests
{
    [Theory]
    [InlineData("Ethereum:HttpEndpont", "Ethereum:HttpEndpont is not a setting of the node: did you mean Ethereum:HttpEndpoint?")]
    [InlineData(
        "Messaging:RabbitMq:User",
        "Messaging:RabbitMq:User is not a setting of the node: did you mean Messaging:RabbitMq:Username?"
    )]
    public async Task Deploy_refuses_a_setting_that_nobody_reads(string name, string sentence)
    {
        var error = await RefusedAsync((name, "secret-value"));
        error.ShouldStartWith(sentence);
        error.ShouldNotContain("secret-value");
    }

    [Fact]
    public async Task Deploy_refuses_a_wrong_value() =>
        (await RefusedAsync(("Ethereum:HttpEndpoint", "http://127.0.0.1:1"), ("Messaging:Transport", "kafka"))).ShouldBe(
            "Messaging:Transport is 'kafka': use in-memory or rabbitmq."
        );

    private static async Task<string> RefusedAsync(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        var refusal = await Should.ThrowAsync<OperatorException>(() =>
            EchoDeployment.RunAsync(configuration, "echo", 10, TextWriter.Null, TestContext.Current.CancellationToken)
        );
        return refusal.Message;
    }
}
