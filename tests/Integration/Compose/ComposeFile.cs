using System.Text.RegularExpressions;
using Rollups.Testing;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Rollups.Integration.Tests;

/// <summary>compose/compose.yaml and the Dockerfile beside it, as far as a process can be started from them.</summary>
internal sealed partial class ComposeFile
{
    private static readonly string Folder = Path.Combine(RepositoryFolder.Path, "compose");

    private readonly string _dockerfile = File.ReadAllText(Path.Combine(Folder, "Dockerfile"));

    public Dictionary<string, ComposeService> Services { get; set; } = [];

    /// <summary>The services that run a worker, by name.</summary>
    public IReadOnlyDictionary<string, ComposeService> Workers =>
        Services.Where(service => service.Value.Build?.Target is "node" or "node-cartesi").ToDictionary();

    public static ComposeFile Read()
    {
        using var file = File.OpenText(Path.Combine(Folder, "compose.yaml"));
        var yaml = new DeserializerBuilder()
            .WithNamingConvention(UnderscoredNamingConvention.Instance)
            .IgnoreUnmatchedProperties()
            .Build();
        return yaml.Deserialize<ComposeFile>(new MergingParser(new Parser(file)));
    }

    /// <summary>The last word of the image's ENTRYPOINT: the program's own file.</summary>
    public string ProgramOf(ComposeService service)
    {
        var stage = Regex
            .Match(
                _dockerfile,
                $@"^FROM \S+ AS {service.Build!.Target}$(?<lines>.*?)(?=^FROM |\z)",
                RegexOptions.Multiline | RegexOptions.Singleline
            )
            .Groups["lines"]
            .Value;
        return EntryPoint().Match(stage).Groups["program"].Value;
    }

    /// <summary>
    /// The service's variables with their defaults filled in, as Compose does where the caller's environment has no such value.
    /// </summary>
    public static Dictionary<string, string> EnvironmentOf(ComposeService service) =>
        service.Environment.ToDictionary(pair => pair.Key, pair => Default().Replace(pair.Value, match => match.Groups["value"].Value));

    [GeneratedRegex(@"^ENTRYPOINT \[""dotnet"", ""(?<program>[^""]+)""\]$", RegexOptions.Multiline)]
    private static partial Regex EntryPoint();

    [GeneratedRegex(@"\$\{\w+:-(?<value>[^}]*)\}")]
    private static partial Regex Default();
}

/// <summary>One service of the file.</summary>
internal sealed class ComposeService
{
    public ComposeBuild? Build { get; set; }

    public List<string> Command { get; set; } = [];

    public Dictionary<string, string> Environment { get; set; } = [];

    public List<string> Ports { get; set; } = [];

    public string? StopGracePeriod { get; set; }

    public bool Init { get; set; }
}

/// <summary>Which stage of the Dockerfile the image is.</summary>
internal sealed class ComposeBuild
{
    public string Target { get; set; } = "";
}
