namespace Rollups.Settings;

/// <summary>
/// The rules that a setting's type does not express. The range of a number or a time is a <c>RangeAttribute</c>, the allowed words of
/// a text an <c>AllowedValuesAttribute</c>. They are the source of the error for a wrong value and of docs/configuration.md.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute : Attribute
{
    /// <summary>Unit of a number, in the plural, such as blocks.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Meaning of zero if it is special, such as never.</summary>
    public string Zero { get; init; } = "";

    /// <summary>The form of a text, such as http or https URL.</summary>
    public string Form { get; init; } = "";

    /// <summary>The default, for a property whose own default does not show it.</summary>
    public string Default { get; init; } = "";

    /// <summary>Remedy for a wrong value, without a full stop; empty: give a value within the range.</summary>
    public string Remedy { get; init; } = "";

    /// <summary>Whether the value is, or may contain, a password or a key: it is never repeated.</summary>
    public bool Secret { get; init; }
}
