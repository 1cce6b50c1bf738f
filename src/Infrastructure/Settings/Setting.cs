using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace Rollups.Settings;

/// <summary>One setting of the node: a property of an options class.</summary>
public sealed class Setting
{
    private readonly IReadOnlyList<PropertyInfo> _path;

    private Setting(string section, Type options, IReadOnlyList<PropertyInfo> path)
    {
        _path = path;
        Name = string.Join(':', path.Select(property => property.Name).Prepend(section));
        Default = Read(Activator.CreateInstance(options)!);
        Rule = Property.GetCustomAttribute<SettingAttribute>() ?? new SettingAttribute();
        Range = Property.GetCustomAttribute<RangeAttribute>();
        Allowed = [.. Property.GetCustomAttribute<AllowedValuesAttribute>()?.Values.OfType<string>() ?? []];
    }

    /// <summary>Full configuration path, such as <c>Ethereum:DefaultBlock</c>.</summary>
    public string Name { get; }

    /// <summary>The property that takes the value.</summary>
    public PropertyInfo Property => _path[^1];

    /// <summary>Type of the value; for a nullable one, the underlying type.</summary>
    public Type Type => Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    /// <summary>Whether it is a list, whose items have a number after the name.</summary>
    public bool IsList => Type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(Type);

    /// <summary>The value if nothing is set.</summary>
    public object? Default { get; }

    /// <summary>The rules that the type does not express.</summary>
    public SettingAttribute Rule { get; }

    /// <summary>The words that a text may be; empty if any text is allowed.</summary>
    public IReadOnlyList<string> Allowed { get; }

    internal RangeAttribute? Range { get; }

    /// <summary>Every setting of an options class, those of the classes within it as well, in the order of the properties.</summary>
    /// <param name="options">The class, with a constructor without parameters.</param>
    /// <param name="section">Its section, such as <c>Ethereum</c>.</param>
    public static IReadOnlyList<Setting> Of(Type options, string section)
    {
        ArgumentNullException.ThrowIfNull(options);
        return [.. Paths(options, []).Select(path => new Setting(section, options, path))];
    }

    /// <summary>The value in an instance of the options.</summary>
    public object? Read(object options) => _path.Aggregate((object?)options, (owner, property) => property.GetValue(owner));

    /// <summary>
    /// The sentence that refuses a configured text, or null if the node takes it. Rules between settings are left to the options' class.
    /// </summary>
    public string? Refuse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!CanRead(text))
            return SettingDescription.Refusal(this, text);
        object? value =
            Type == typeof(string) || IsList ? text
            : text.Length == 0 ? null
            : TypeDescriptor.GetConverter(Type).ConvertFromInvariantString(text);
        return Allows(value) ? null : SettingDescription.Refusal(this, value);
    }

    /// <summary>Whether a configured text can be parsed at all, in range or not.</summary>
    internal bool CanRead(string text)
    {
        if (Type == typeof(string) || IsList || (text.Length == 0 && Type != Property.PropertyType))
            return true;
        try
        {
            return TypeDescriptor.GetConverter(Type).ConvertFromInvariantString(text) is not null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>Whether the value is in its range or among its allowed words.</summary>
    internal bool Allows(object? value) =>
        (Range is null || Range.IsValid(value)) && (Allowed.Count == 0 || Allowed.Contains(value as string, StringComparer.Ordinal));

    private static IEnumerable<IReadOnlyList<PropertyInfo>> Paths(Type type, IReadOnlyList<PropertyInfo> above)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod is not { IsPublic: true })
                continue;
            IReadOnlyList<PropertyInfo> path = [.. above, property];
            // A class of the same project is a section within the section.
            if (property.PropertyType.IsClass && property.PropertyType.Assembly == type.Assembly)
            {
                foreach (var below in Paths(property.PropertyType, path))
                    yield return below;
            }
            else
            {
                yield return path;
            }
        }
    }
}
