using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Settings;

namespace Rollups.Messaging.Tests.Queues;

public sealed class MessagingOptionsTests
{
    private const string Address =
        "Messaging:RabbitMq:ManagementAddress is not an http or https URL without user, password and query: give the address of the "
        + "management API, such as http://127.0.0.1:15672, or remove the setting.";

    [Theory]
    [InlineData("ManagementAddress", "rabbit", Address)]
    [InlineData("ManagementAddress", "15672", Address)]
    [InlineData("ManagementAddress", "amqp://rabbit:15672", Address)]
    [InlineData("ManagementAddress", "http://guest:secret@rabbit:15672", Address)]
    [InlineData(
        "ManagementInterval",
        "00:00:00",
        "Messaging:RabbitMq:ManagementInterval is 00:00:00: give a time from a second to ten minutes, such as 00:00:15."
    )]
    [InlineData(
        "GiveUpAfter",
        "00:00:09",
        "Messaging:RabbitMq:GiveUpAfter is 00:00:09: give a time from ten seconds to a week, such as 00:30:00."
    )]
    [InlineData(
        "GiveUpAfter",
        "8.00:00:00",
        "Messaging:RabbitMq:GiveUpAfter is 8.00:00:00: give a time from ten seconds to a week, such as 00:30:00."
    )]
    public void A_wrong_value_is_named_with_the_remedy(string key, string value, string sentence) =>
        Should
            .Throw<OperatorException>(() => Add(("Messaging:Transport", "rabbitmq"), ($"Messaging:RabbitMq:{key}", value)))
            .Message.ShouldBe(sentence);

    [Fact]
    public void Without_a_broker_there_is_nothing_to_ask() =>
        Add(("Messaging:RabbitMq:ManagementAddress", "http://127.0.0.1:15672"))
            .Any(service => service.ServiceType == typeof(QueueMetrics))
            .ShouldBeFalse();

    private static ServiceCollection Add(params (string Key, string Value)[] values)
    {
        var services = new ServiceCollection();
        services.AddRollupsMessaging(
            new ConfigurationBuilder()
                .AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, (string?)value.Value)))
                .Build()
        );
        return services;
    }
}
