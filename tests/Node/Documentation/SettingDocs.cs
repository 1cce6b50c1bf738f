using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Rollups.Settings;

namespace Rollups.Node.Tests.Documentation;

/// <summary>The XML docs of the settings, as Markdown.</summary>
internal static partial class SettingDocs
{
    private static readonly Dictionary<Assembly, Dictionary<string, XElement>> Files = [];

    /// <summary>What the setting means: its summary.</summary>
    public static string Meaning(Setting setting) => Markdown(setting, "summary");

    /// <summary>Its range and its default, as its XML docs have them.</summary>
    public static string Value(Setting setting) => Markdown(setting, "value");

    private static string Markdown(Setting setting, string element)
    {
        var member = $"P:{setting.Property.DeclaringType!.FullName}.{setting.Property.Name}";
        var text = Read(setting.Property.DeclaringType.Assembly).GetValueOrDefault(member)?.Element(element);
        return text is null ? "" : Spaces().Replace(string.Concat(text.Nodes().Select(node => Markdown(node, setting))), " ").Trim();
    }

    private static string Markdown(XNode node, Setting setting) =>
        node switch
        {
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement { Name.LocalName: "see" } link when link.Attribute("href") is { } target => $"[{link.Value}]({target.Value})",
            XElement { Name.LocalName: "see" } link => $"`{NameOf(link.Attribute("cref")!.Value, setting)}`",
            _ => node.ToString(),
        };

    // A neighbour has the same section.
    private static string NameOf(string member, Setting setting)
    {
        var owner = $"P:{setting.Property.DeclaringType!.FullName}.";
        return member.StartsWith(owner, StringComparison.Ordinal)
            ? $"{setting.Name[..setting.Name.LastIndexOf(':')]}:{member[owner.Length..]}"
            : member[(member.LastIndexOf('.') + 1)..];
    }

    private static Dictionary<string, XElement> Read(Assembly assembly)
    {
        if (!Files.TryGetValue(assembly, out var members))
        {
            members = XDocument
                .Load(Path.ChangeExtension(assembly.Location, ".xml"))
                .Descendants("member")
                .ToDictionary(member => member.Attribute("name")!.Value);
            Files.Add(assembly, members);
        }
        return members;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
