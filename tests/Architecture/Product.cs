using System.Reflection;

namespace Rollups.Architecture.Tests;

/// <summary>The assemblies of the product, as they lie beside the tests.</summary>
internal static class Product
{
    public static IReadOnlyList<Assembly> Assemblies { get; } =
    [
        .. Directory
            .EnumerateFiles(AppContext.BaseDirectory, "Rollups.*.dll")
            .Select(Path.GetFileNameWithoutExtension)
            .Where(name => !name!.EndsWith(".Tests", StringComparison.Ordinal))
            .Select(name => Load(name!)),
    ];

    public static Assembly Load(string name) => Assembly.Load(name);
}
