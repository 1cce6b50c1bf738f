using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Rollups.Settings.Tests;

public sealed class ValidatedOptionsTests
{
    [Theory]
    [InlineData("Enabled", "perhaps", "Tea:Enabled is 'perhaps': use true or false.")]
    [InlineData("Mood", "angry", "Tea:Mood is 'angry': use cold, warm or hot.")]
    [InlineData("Mood", "", "Tea:Mood is '': use cold, warm or hot.")]
    [InlineData("Cups", "0", "Tea:Cups is 0: give a number of cups from 1 to 9.")]
    [InlineData("Cups", "many", "Tea:Cups is 'many': give a number of cups from 1 to 9.")]
    [InlineData("Cups", "99999999999", "Tea:Cups is '99999999999': give a number of cups from 1 to 9.")]
    [InlineData("Cups", "", "Tea:Cups is '': give a number of cups from 1 to 9.")]
    [InlineData("Milk", "1.6", "Tea:Milk is 1.6: give a number of litres from 0 (dry) to 1.5.")]
    [InlineData("Brew", "00:00:00", "Tea:Brew is 00:00:00: give a time above zero and up to an hour, such as 00:00:00.5.")]
    [InlineData("Brew", "01:00:00.5", "Tea:Brew is 01:00:00.5: give a time above zero and up to an hour, such as 00:00:00.5.")]
    [InlineData("Cool", "soon", "Tea:Cool is 'soon': give a time from two seconds to 20 days, such as 00:03:00.")]
    [InlineData("Cool", "00:99:00", "Tea:Cool is '00:99:00': give a time from two seconds to 20 days, such as 00:03:00.")]
    [InlineData("Wash", "8", "Tea:Wash is 8.00:00:00: give a time up to a week, such as 01:00:00, or 00:00:00 for never.")]
    [InlineData("Table", "11", "Tea:Table is 11: ask the host.")]
    [InlineData("Recipe", "hunter2", "Tea:Recipe cannot be used: ask the cook.")]
    [InlineData("Guest", "nobody", "Tea:Guest is nobody: lay the table for somebody.")]
    [InlineData("Pot:Handles", "5", "Tea:Pot:Handles is 5: give a number from 1 to 4.")]
    [InlineData("Pot:Handles", "-1", "Tea:Pot:Handles is '-1': give a number from 1 to 4.")]
    public void A_wrong_value_is_one_sentence_with_path_value_range_and_remedy(string key, string value, string sentence) =>
        Should.Throw<OperatorException>(() => Add((key, value))).Message.ShouldBe(sentence);

    [Theory]
    [InlineData("Mood", "angry", "Tea:Mood is 'angry': use cold, warm or hot.")]
    [InlineData("Cups", "0", "Tea:Cups is 0: give a number of cups from 1 to 9.")]
    [InlineData("Cups", "many", "Tea:Cups is 'many': give a number of cups from 1 to 9.")]
    [InlineData("Recipe", "hunter2", "Tea:Recipe cannot be used: ask the cook.")]
    [InlineData("Cups", "9", null)]
    [InlineData("Brew", "00:00:01", null)]
    [InlineData("Table", "", null)]
    public void A_setting_refuses_a_text_alone_in_the_same_words(string name, string text, string? sentence) =>
        Setting.Of(typeof(ExampleOptions), "Tea").Single(setting => setting.Name == $"Tea:{name}").Refuse(text).ShouldBe(sentence);

    [Fact]
    public void Every_wrong_value_of_a_section_is_named_at_once() =>
        Should
            .Throw<OperatorException>(() => Add(("Cups", "0"), ("Guest", "nobody")))
            .Message.ShouldBe("Tea:Cups is 0: give a number of cups from 1 to 9. Tea:Guest is nobody: lay the table for somebody.");

    [Fact]
    public void The_ends_of_a_range_are_allowed()
    {
        var (options, _) = Add(("Cups", "9"), ("Milk", "1.5"), ("Wash", "00:00:00"), ("Cool", "00:00:02"), ("Table", "0"));
        (options.Cups, options.Milk, options.Wash, options.Table).ShouldBe((9, 1.5m, TimeSpan.Zero, 0L));
    }

    [Fact]
    public void Services_get_the_same_values_and_what_nobody_set_has_its_default()
    {
        var (options, services) = Add(("Pot:Handles", "3"), ("Table", ""));
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IOptions<ExampleOptions>>().Value.Pot.Handles.ShouldBe((ushort)3);
        provider.GetRequiredService<ExampleOptions>().Pot.Handles.ShouldBe((ushort)3);
        (options.Pot.Handles, options.Cups, options.Table).ShouldBe(((ushort)3, 2, null));
    }

    /// <summary>What is set after the options were added is checked where the host starts.</summary>
    [Fact]
    public void A_value_that_is_set_later_is_refused_at_the_start()
    {
        var (_, services) = Add();
        services.Configure<ExampleOptions>(options => options.Cups = 10);
        using var provider = services.BuildServiceProvider();
        Should
            .Throw<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate())
            .Failures.ShouldBe(["Tea:Cups is 10: give a number of cups from 1 to 9."]);
    }

    [Fact]
    public void Options_that_two_services_add_are_checked_once()
    {
        var (_, services) = Add();
        services.AddValidatedOptions<ExampleOptions>(Section());
        services.Count(service => service.ServiceType == typeof(IValidateOptions<ExampleOptions>)).ShouldBe(1);
    }

    [Theory]
    [InlineData("Tea:Enabled", "", "false")]
    [InlineData("Tea:Mood", "cold, warm or hot", "warm")]
    [InlineData("Tea:Cups", "1 to 9 cups", "2")]
    [InlineData("Tea:Milk", "0 to 1.5 litres; 0: dry", "0.5")]
    [InlineData("Tea:Brew", "above zero, up to an hour", "00:00:00.5")]
    [InlineData("Tea:Cool", "two seconds to 20 days", "00:03:00")]
    [InlineData("Tea:Wash", "zero to a week; 0: never", "01:00:00")]
    [InlineData("Tea:Table", "0 to 10", "that of the house")]
    [InlineData("Tea:Guest", "", "none")]
    [InlineData("Tea:Pot:Handles", "1 to 4", "1")]
    public void A_setting_knows_its_path_its_range_and_its_default(string name, string range, string value)
    {
        var setting = Setting.Of(typeof(ExampleOptions), "Tea").Single(setting => setting.Name == name);
        (SettingDescription.Range(setting), SettingDescription.Default(setting)).ShouldBe((range, value));
    }

    private static (ExampleOptions Options, ServiceCollection Services) Add(params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        return (services.AddValidatedOptions<ExampleOptions>(Section(settings)), services);
    }

    private static IConfigurationSection Section(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Tea:{setting.Key}", (string?)setting.Value)))
            .Build()
            .GetSection("Tea");
}
