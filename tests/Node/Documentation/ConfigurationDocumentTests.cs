using Rollups.Settings;
using Rollups.Testing;

namespace Rollups.Node.Tests.Documentation;

/// <summary>docs/configuration.md has every setting, as the options classes have it.</summary>
public sealed class ConfigurationDocumentTests
{
    private const string Rewrite = "ROLLUPS_WRITE_DOCS";

    private static readonly string Document = Path.Combine(RepositoryFolder.Path, "docs", "configuration.md");

    public static TheoryData<string> Settings => [.. SettingTables.Sections.Values.SelectMany(section => section).Select(it => it.Name)];

    [Fact]
    public void Every_section_has_its_table() =>
        SettingTables.SectionsOf(File.ReadAllText(Document)).ShouldBe(SettingTables.Sections.Keys, ignoreOrder: true);

    [Fact]
    public void The_tables_are_those_of_the_options()
    {
        var document = File.ReadAllText(Document);
        var renewed = SettingTables.Renew(document);
        if (Environment.GetEnvironmentVariable(Rewrite) == "1")
            File.WriteAllText(Document, renewed);
        else
            document.ShouldBe(renewed, $"run this test with {Rewrite}=1 to write the tables anew");
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_setting_has_XML_docs_with_its_meaning_its_range_and_its_default(string name)
    {
        var setting = SettingTables.Sections.Values.SelectMany(section => section).Single(setting => setting.Name == name);
        SettingDocs.Meaning(setting).ShouldNotBeEmpty();
        var (range, value) = (SettingDescription.Range(setting), SettingDescription.Default(setting));
        SettingDocs
            .Value(setting)
            .ShouldBe(
                range.Length == 0 ? $"The default is {value}." : $"{char.ToUpperInvariant(range[0])}{range[1..]}; the default is {value}."
            );
    }

    /// <summary>What may hold a password or a key is never repeated by the sentence that refuses it.</summary>
    [Theory]
    [InlineData("Ethereum:HttpEndpoint")]
    [InlineData("Ethereum:WebSocketEndpoint")]
    [InlineData("Signer:PrivateKey")]
    [InlineData("Signer:Mnemonic")]
    [InlineData("Database:ConnectionString")]
    [InlineData("Messaging:RabbitMq:Password")]
    [InlineData("Messaging:RabbitMq:ManagementAddress")]
    public void A_secret_is_not_repeated(string name) =>
        SettingDescription.Refusal(KnownSettings.All.Single(setting => setting.Name == name), "hunter2").ShouldNotContain("hunter2");
}
