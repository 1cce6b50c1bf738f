using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using Rollups.Testing;

namespace Rollups.Architecture.Tests;

/// <summary>The contracts as the package that programs outside use.</summary>
public sealed class ContractPackageRules
{
    [Fact]
    public async Task The_package_has_the_documentation_a_readme_and_no_dependency_but_the_abstractions_of_MassTransit()
    {
        var folder = Directory.CreateTempSubdirectory("rollups-package-");
        await PackAsync(folder.FullName);

        var file = folder.GetFiles("Rollups.Contracts.*.nupkg").ShouldHaveSingleItem();
        await using (var package = await ZipFile.OpenReadAsync(file.FullName, TestContext.Current.CancellationToken))
        {
            var names = package.Entries.Select(entry => entry.FullName).ToList();
            names.ShouldContain("lib/net10.0/Rollups.Contracts.dll");
            names.ShouldContain("lib/net10.0/Rollups.Contracts.xml");
            names.ShouldContain("README.md");
            await using var stream = await package.GetEntry("Rollups.Contracts.nuspec")!.OpenAsync(TestContext.Current.CancellationToken);
            var elements = XDocument.Load(stream).Descendants().ToList();
            elements.Single(element => element.Name.LocalName == "version").Value.ShouldBe(Version());
            elements.Single(element => element.Name.LocalName == "license").Value.ShouldBe("MIT");
            elements
                .Where(element => element.Name.LocalName == "dependency")
                .Select(element => element.Attribute("id")!.Value)
                .ShouldBe(["MassTransit.Abstractions"]);
        }

        folder.Delete(recursive: true);
    }

    private static string Version() =>
        XDocument.Load(Path.Combine(RepositoryFolder.Path, "Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>The project is built already: this program refers to it.</summary>
    private static async Task PackAsync(string folder)
    {
        string[] arguments = ["pack", "src/Contracts", "-c", "Release", "--no-build", "--no-restore", "-o", folder, "-nologo", "-v", "q"];
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = RepositoryFolder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (
            process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
        );
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, $"{await output}{await error}");
    }
}
