using System.Collections;
using System.Reflection;
using Rollups.Messaging;

namespace Rollups.Node;

/// <summary>
/// Every setting of the node, read off its options classes, so that a new option is known without being listed anywhere: each class with a
/// constant <c>Section</c>, and <see cref="ServiceOptions"/> for each service.
/// </summary>
internal static class KnownSettings
{
    private const string Ours = "Rollups.";

    /// <summary>
    /// Full names such as <c>Ethereum:DefaultBlock</c>; a list's ends with <c>:</c>, since its items have a number behind it.
    /// </summary>
    public static IReadOnlySet<string> Names { get; } = Find();

    /// <summary>Whether the node reads it. Case does not matter.</summary>
    public static bool Contains(string name) =>
        Names.Contains(name) || Names.Any(known => known.EndsWith(':') && name.StartsWith(known, StringComparison.OrdinalIgnoreCase));

    /// <summary>The known one with the fewest characters to change, or that the name is the beginning of.</summary>
    public static string Nearest(string name) =>
        Names
            .OrderBy(known => Distance(known.ToUpperInvariant(), name.ToUpperInvariant()))
            .ThenBy(known => known, StringComparer.Ordinal)
            .First()
            .TrimEnd(':');

    private static int Distance(string known, string name) =>
        known.StartsWith(name, StringComparison.Ordinal) ? 1 : EditDistance.Between(known, name);

    private static HashSet<string> Find()
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var type in Assemblies(typeof(KnownSettings).Assembly, []).SelectMany(assembly => assembly.GetTypes()))
        {
            if (type.GetField("Section", BindingFlags.Public | BindingFlags.Static) is { IsLiteral: true } section)
                Add((string)section.GetRawConstantValue()!, type, names);
        }

        foreach (var service in NodeServices.Known)
            Add(ServiceOptions.SectionOf(service.Name), typeof(ServiceOptions), names);
        return names;
    }

    private static void Add(string section, Type options, HashSet<string> names)
    {
        foreach (var property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod is not { IsPublic: true })
                continue;
            var name = $"{section}:{property.Name}";
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (type.IsClass && type.Assembly.GetName().Name!.StartsWith(Ours, StringComparison.Ordinal))
                Add(name, type, names);
            else
                names.Add(type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type) ? name + ":" : name);
        }
    }

    private static HashSet<Assembly> Assemblies(Assembly from, HashSet<Assembly> found)
    {
        if (!found.Add(from))
            return found;
        foreach (var name in from.GetReferencedAssemblies().Where(name => name.Name!.StartsWith(Ours, StringComparison.Ordinal)))
            Assemblies(Assembly.Load(name), found);
        return found;
    }
}
