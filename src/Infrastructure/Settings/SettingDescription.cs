using System.ComponentModel;
using System.Globalization;

namespace Rollups.Settings;

/// <summary>Describes a setting in words, the same in validation errors and in docs/configuration.md.</summary>
public static class SettingDescription
{
    private static readonly string[] Numbers = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

    private static readonly (TimeSpan Length, string One, string Name)[] Units =
    [
        (TimeSpan.FromDays(1), "a day", "days"),
        (TimeSpan.FromHours(1), "an hour", "hours"),
        (TimeSpan.FromMinutes(1), "a minute", "minutes"),
        (TimeSpan.FromSeconds(1), "a second", "seconds"),
    ];

    /// <summary>The error for a wrong value: setting, value (unless secret), allowed range and remedy.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="value">Its value, or the configured text if it cannot be parsed.</param>
    public static string Refusal(Setting setting, object? value)
    {
        ArgumentNullException.ThrowIfNull(setting);
        var found =
            setting.Rule.Secret ? "cannot be used"
            : value is string text ? $"is '{text}'"
            : $"is {Value(value)}";
        return $"{setting.Name} {found}: {Remedy(setting)}.";
    }

    /// <summary>The range with its unit, such as <c>1 to 1000 calls</c>; empty if the type is enough.</summary>
    public static string Range(Setting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        if (setting.Allowed.Count > 0)
            return Choice(setting);
        var unit = setting.Rule.Unit.Length > 0 ? $" {setting.Rule.Unit}" : setting.Rule.Form;
        if (setting.Range is null)
            return unit.Trim() + ZeroBehind(setting);
        var (least, most) = (Limit(setting, setting.Range.Minimum), Limit(setting, setting.Range.Maximum));
        var above = setting.Range.MinimumIsExclusive;
        if (least is not TimeSpan shortest)
            return $"{Value(least)} to {Value(most)}{unit}{ZeroBehind(setting)}";
        var longest = Duration((TimeSpan)most);
        return above ? $"above zero, up to {longest}" : $"{Duration(shortest)} to {longest}{ZeroBehind(setting)}";
    }

    /// <summary>The default, or <c>none</c>.</summary>
    public static string Default(Setting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        if (setting.Rule.Default.Length > 0)
            return setting.Rule.Default;
        return setting.Default is null or "" or 0UL ? NoneOrZero(setting) : Value(setting.Default);
    }

    private static string NoneOrZero(Setting setting) => setting is { Default: 0UL, Rule.Zero.Length: > 0 } ? "0" : "none";

    private static string ZeroBehind(Setting setting) => setting.Rule.Zero.Length > 0 ? $"; 0: {setting.Rule.Zero}" : "";

    private static string Remedy(Setting setting)
    {
        if (setting.Rule.Remedy.Length > 0)
            return setting.Rule.Remedy;
        if (setting.Type == typeof(bool))
            return "use true or false";
        if (setting.Allowed.Count > 0)
            return $"use {Choice(setting)}";
        return setting.Type == typeof(TimeSpan) ? TimeRemedy(setting) : NumberRemedy(setting);
    }

    private static string TimeRemedy(Setting setting)
    {
        var (example, zero) = (Value(setting.Default), setting.Rule.Zero);
        if (setting.Range is null)
            return $"give a time, such as {example}";
        var (least, most) = (Limit(setting, setting.Range.Minimum), Duration((TimeSpan)Limit(setting, setting.Range.Maximum)));
        if (setting.Range.MinimumIsExclusive)
            return $"give a time above zero and up to {most}, such as {example}";
        return zero.Length > 0
            ? $"give a time up to {most}, such as {example}, or 00:00:00 for {zero}"
            : $"give a time from {Duration((TimeSpan)least)} to {most}, such as {example}";
    }

    private static string NumberRemedy(Setting setting)
    {
        var (unit, zero) = (setting.Rule.Unit, setting.Rule.Zero);
        var number = unit.Length > 0 ? $"give a number of {unit}" : "give a number";
        if (setting.Range is null)
            return zero.Length > 0 ? $"{number}, or 0 for {zero}" : number;
        var least = Value(Limit(setting, setting.Range.Minimum)) + (zero.Length > 0 ? $" ({zero})" : "");
        return $"{number} from {least} to {Value(Limit(setting, setting.Range.Maximum))}";
    }

    private static string Choice(Setting setting)
    {
        var words = setting.Allowed.Where(word => word.Length > 0).ToList();
        return words.Count == 1 ? words[0] : $"{string.Join(", ", words[..^1])} or {words[^1]}";
    }

    // The attribute keeps a limit as text until its first use.
    private static object Limit(Setting setting, object limit) =>
        limit is string text ? TypeDescriptor.GetConverter(setting.Range!.OperandType).ConvertFromInvariantString(text)! : limit;

    private static string Duration(TimeSpan time)
    {
        if (time == TimeSpan.Zero)
            return "zero";
        if (time == TimeSpan.FromDays(7))
            return "a week";
        foreach (var (length, one, name) in Units)
        {
            if (time.Ticks % length.Ticks != 0)
                continue;
            var count = (int)(time / length);
            return count == 1 ? one
                : count - 2 < Numbers.Length ? $"{Numbers[count - 2]} {name}"
                : $"{count} {name}";
        }
        return Value(time);
    }

    private static string Value(object? value) =>
        value switch
        {
            null => "",
            bool flag => flag ? "true" : "false",
            TimeSpan time when time.Ticks % TimeSpan.TicksPerSecond != 0 => time.ToString("c", CultureInfo.InvariantCulture).TrimEnd('0'),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };
}
