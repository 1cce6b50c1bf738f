namespace Rollups.Settings;

/// <summary>
/// What the type of a setting does not say by itself. The range of a number or a time is a <c>RangeAttribute</c>, the words that a text
/// may be an <c>AllowedValuesAttribute</c>. The sentence that refuses a wrong value and docs/configuration.md are made from them.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute : Attribute
{
    /// <summary>What a number counts, in the plural, such as blocks.</summary>
    public string Unit { get; init; } = "";

    /// <summary>What zero means where it is a word of its own, such as never.</summary>
    public string Zero { get; init; } = "";

    /// <summary>The form of a text, such as http or https URL.</summary>
    public string Form { get; init; } = "";

    /// <summary>What holds where nothing is set, for a property whose own default does not show it.</summary>
    public string Default { get; init; } = "";

    /// <summary>What the operator is to do about a wrong value, without a full stop; empty: give a value within the range.</summary>
    public string Remedy { get; init; } = "";

    /// <summary>Whether the value is, or may contain, a password or a key: it is never repeated.</summary>
    public bool Secret { get; init; }
}
