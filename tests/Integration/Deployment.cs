using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>The ways in which a whole node is run by tests that must end alike.</summary>
internal static class Deployment
{
    public const string Untidy = "every event twice and in any order";

    public static TheoryData<string> All => ["embedded", "postgresql and rabbitmq", "events switched off", Untidy];

    /// <summary>The node's settings, and its broker where it has one of its own.</summary>
    public static async Task<(Dictionary<string, string?> Settings, RabbitMqVirtualHost? Broker)> SettingsAsync(
        string deployment,
        AnvilChain anvil,
        PostgresServer postgres,
        RabbitMqServer rabbit,
        DirectoryInfo folder,
        CancellationToken cancellationToken
    )
    {
        var settings = TestNode.Settings(anvil.Anvil, folder.FullName);
        if (deployment == "events switched off")
        {
            foreach (var service in (string[])["EvmReader", "Advancer", "Validator", "Claimer", "Prt", "Lifecycle"])
            {
                settings[$"Services:{service}:Events"] = "false";
                settings[$"Services:{service}:SyncInterval"] = "00:00:01";
            }
        }

        if (deployment is not ("postgresql and rabbitmq" or Untidy))
            return (settings, null);
        var broker = await rabbit.CreateVirtualHostAsync(cancellationToken);
        settings["Database:Provider"] = "postgresql";
        settings["Database:ConnectionString"] = await postgres.CreateDatabaseAsync(cancellationToken);
        foreach (var (key, value) in broker.Settings)
            settings[key] = value;
        return (settings, broker);
    }
}
