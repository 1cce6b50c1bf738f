using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Settings;

namespace Rollups.Persistence.Tests;

public sealed class DatabaseOptionsTests
{
    [Theory]
    [InlineData("mysql", "Server=x", "'mysql'")]
    [InlineData("postgresql", "", "not set")]
    [InlineData("postgresql", "Database=node;Password=hunter2", "names no server")]
    [InlineData("postgresql", "Host=x;NoSuchKey=hunter2", "cannot be read")]
    [InlineData("postgresql", "hunter2", "cannot be read")]
    [InlineData("sqlite", "hunter2", "cannot be read")]
    [InlineData("sqlite", "Data Source=:memory:", "names no file")]
    [InlineData("sqlite", "Data Source=x;Mode=Memory", "names no file")]
    [InlineData("sqlite", "Mode=ReadWrite", "names no file")]
    public void A_wrong_setting_is_one_sentence_with_the_remedy_and_without_secrets(
        string provider,
        string connectionString,
        string expected
    )
    {
        var refused = Should.Throw<OperatorException>(() => Add(provider, connectionString));

        refused.Message.ShouldContain(expected);
        refused.Message.ShouldContain("Database:");
        refused.ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public void Without_settings_the_database_is_a_file_in_the_working_folder()
    {
        using var services = new ServiceCollection().AddRollupsPersistence(new ConfigurationBuilder().Build()).BuildServiceProvider();
        using var scope = services.CreateScope();

        scope.ServiceProvider.GetRequiredService<RollupsDbContext>().ShouldBeOfType<SqliteDbContext>();
    }

    private static void Add(string provider, string connectionString) =>
        new ServiceCollection().AddRollupsPersistence(
            new ConfigurationBuilder()
                .AddInMemoryCollection([new("Database:Provider", provider), new("Database:ConnectionString", connectionString)])
                .Build()
        );
}
