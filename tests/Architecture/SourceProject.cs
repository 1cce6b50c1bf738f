using System.Text.Json;
using System.Xml.Linq;
using Rollups.Testing;

namespace Rollups.Architecture.Tests;

/// <summary>A project of the repository as its files declare it. Unused references count, because they bring their packages.</summary>
/// <param name="Name">Such as Rollups.Domain.</param>
/// <param name="Folder">Folder below the repository's, with slashes.</param>
/// <param name="Projects">Names of the projects that it references.</param>
/// <param name="Packages">Names of the packages that it references.</param>
internal sealed record SourceProject(string Name, string Folder, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages)
{
    private static readonly string[] Roots = ["src", "tools", "tests"];

    public static IReadOnlyList<SourceProject> All { get; } =
    [
        .. Roots
            .SelectMany(root =>
                Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Path, root), "*.csproj", SearchOption.AllDirectories)
            )
            .Select(Read),
    ];

    public static SourceProject Named(string name) => All.Single(project => project.Name == name);

    public bool IsService => Folder.StartsWith("src/Services/", StringComparison.Ordinal);

    public bool IsTest => Folder.StartsWith("tests/", StringComparison.Ordinal);

    /// <summary>Every package that is restored for it, of its projects and of its packages too.</summary>
    public IReadOnlyList<string> RestoredPackages()
    {
        using var locked = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryFolder.Path, Folder, "packages.lock.json")));
        return
        [
            .. locked
                .RootElement.GetProperty("dependencies")
                .EnumerateObject()
                .SelectMany(framework => framework.Value.EnumerateObject())
                .Where(entry => entry.Value.GetProperty("type").GetString() != "Project")
                .Select(entry => entry.Name),
        ];
    }

    private static SourceProject Read(string file)
    {
        var items = XDocument.Load(file).Descendants().ToList();
        return new SourceProject(
            Path.GetFileNameWithoutExtension(file),
            Path.GetRelativePath(RepositoryFolder.Path, Path.GetDirectoryName(file)!).Replace('\\', '/'),
            [.. Includes(items, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path))],
            [.. Includes(items, "PackageReference")]
        );
    }

    private static IEnumerable<string> Includes(IEnumerable<XElement> items, string kind) =>
        items.Where(item => item.Name.LocalName == kind).Select(item => item.Attribute("Include")!.Value);
}
