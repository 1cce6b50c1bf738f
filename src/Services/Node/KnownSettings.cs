using System.Reflection;
using Rollups.Messaging;
using Rollups.Settings;

namespace Rollups.Node;

/// <summary>
/// Every setting of the node, read from its options classes, so that a new option needs no list entry: each class with a constant
/// <c>Section</c>, and <see cref="ServiceOptions"/> for each service.
/// </summary>
public static class KnownSettings
{
    private const string Ours = "Rollups.";

    /// <summary>Every setting, grouped by class.</summary>
    public static IReadOnlyList<Setting> All { get; } = [.. Find()];

    /// <summary>
    /// Full names such as <c>Ethereum:DefaultBlock</c>; a list's name ends with <c>:</c>, because an item number follows it.
    /// </summary>
    public static IReadOnlySet<string> Names { get; } =
        All.Select(setting => setting.IsList ? setting.Name + ":" : setting.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the node reads it. Case does not matter.</summary>
    public static bool Contains(string name) =>
        Names.Contains(name) || Names.Any(known => known.EndsWith(':') && name.StartsWith(known, StringComparison.OrdinalIgnoreCase));

    /// <summary>The known setting with the smallest edit distance, or that starts with the name.</summary>
    public static string Nearest(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Names
            .OrderBy(known => Distance(known.ToUpperInvariant(), name.ToUpperInvariant()))
            .ThenBy(known => known, StringComparer.Ordinal)
            .First()
            .TrimEnd(':');
    }

    private static int Distance(string known, string name) =>
        known.StartsWith(name, StringComparison.Ordinal) ? 1 : EditDistance.Between(known, name);

    private static IEnumerable<Setting> Find()
    {
        foreach (var type in Assemblies(typeof(KnownSettings).Assembly, []).SelectMany(assembly => assembly.GetTypes()))
        {
            if (type.GetField("Section", BindingFlags.Public | BindingFlags.Static) is { IsLiteral: true } section)
            {
                foreach (var setting in Setting.Of(type, (string)section.GetRawConstantValue()!))
                    yield return setting;
            }
        }

        foreach (
            var setting in NodeServices
                .Known.Where(service => service.HasWork)
                .SelectMany(service => Common(ServiceOptions.SectionOf(service.Name)))
        )
            yield return setting;
    }

    private static IReadOnlyList<Setting> Common(string section) => Setting.Of(typeof(ServiceOptions), section);

    private static HashSet<Assembly> Assemblies(Assembly from, HashSet<Assembly> found)
    {
        if (!found.Add(from))
            return found;
        foreach (var name in from.GetReferencedAssemblies().Where(name => name.Name!.StartsWith(Ours, StringComparison.Ordinal)))
            Assemblies(Assembly.Load(name), found);
        return found;
    }
}
