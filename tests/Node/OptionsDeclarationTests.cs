using System.Text.RegularExpressions;
using Rollups.Testing;

namespace Rollups.Node.Tests;

public sealed partial class OptionsDeclarationTests
{
    /// <summary>Bound otherwise, a wrong value would be taken as it is, or end the program with the binder's own words.</summary>
    [Fact]
    public void Every_options_class_is_declared_in_the_one_way()
    {
        var offenders =
            from file in Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Path, "src"), "*.cs", SearchOption.AllDirectories)
            let name = Path.GetRelativePath(RepositoryFolder.Path, file)
            where !name.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "Settings")
            from Match match in OtherWays().Matches(File.ReadAllText(file))
            select $"{name}: {match.Value}";
        offenders.ShouldBeEmpty("use AddValidatedOptions, or ReadValidated where there is no host");
    }

    // HealthCheckServiceOptions is ASP.NET's, and is not read from the configuration.
    [GeneratedRegex(@"\.Get<\w+Options>|\.AddOptions<(?!HealthCheckService)\w+Options>|\.Bind\(|IValidateOptions<")]
    private static partial Regex OtherWays();
}
