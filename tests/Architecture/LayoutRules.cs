using Rollups.Testing;

namespace Rollups.Architecture.Tests;

/// <summary>How the sources are laid out where the formatter does not see to it: it leaves long strings, names and scripts alone.</summary>
public sealed class LayoutRules
{
    private const int Width = 140;

    private static readonly string[] Kinds = [".cs", ".sh"];

    // Packages, and what builds and runs leave behind.
    private static readonly string[] Untracked = ["bin", "obj", "node_modules", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts"];

    [Fact]
    public void No_line_of_a_source_or_a_script_is_longer_than_140_columns()
    {
        var files = FilesBelow(new DirectoryInfo(RepositoryFolder.Path)).ToList();
        foreach (var kind in Kinds)
            files.ShouldContain(file => file.Extension == kind);
        var offenders =
            from file in files
            from line in File.ReadLines(file.FullName).Index()
            where line.Item.Length > Width
            select $"{Path.GetRelativePath(RepositoryFolder.Path, file.FullName)}:{line.Index + 1} has {line.Item.Length} columns";
        offenders.ShouldBeEmpty();
    }

    private static IEnumerable<FileInfo> FilesBelow(DirectoryInfo folder) =>
        folder
            .EnumerateFiles()
            .Where(file => Kinds.Contains(file.Extension))
            .Concat(folder.EnumerateDirectories().Where(IsWrittenByHand).SelectMany(FilesBelow));

    // Folders whose names begin with a dot belong to git, editors and runs; tools write the migrations.
    private static bool IsWrittenByHand(DirectoryInfo folder) =>
        !folder.Name.StartsWith('.')
        && !Untracked.Contains(folder.Name)
        && folder is not { Parent.Name: "Migrations", Name: "Postgres" or "Sqlite" };
}
