using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Rollups.Hosting;
using Rollups.Settings;

namespace Rollups.Node;

/// <summary>Rejects unknown settings: a misspelt name would silently leave the default in force.</summary>
public static class UnknownSettings
{
    // Not read by the node's options: log levels, and names from OpenTelemetry's own specification.
    private static readonly string[] Foreign = ["Logging:", "OTEL_"];

    // A variable without a section may belong to another program whose names begin with ROLLUPS_; one this close to a setting is a typo
    // of it.
    private const int Slips = 3;

    /// <summary>Checks every name in the configuration. Every program that reads the node's settings calls it.</summary>
    /// <param name="configuration">The configuration of the program.</param>
    /// <param name="more">Settings beside the node's own that the caller reads.</param>
    /// <exception cref="OperatorException">
    /// A setting is unknown; the message has its name and the nearest known one, never its value.
    /// </exception>
    public static void Refuse(IConfigurationRoot configuration, params IReadOnlyCollection<string> more)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(more);
        foreach (var provider in configuration.Providers)
        {
            var fromEnvironment = provider is EnvironmentVariablesConfigurationProvider;
            foreach (var name in NamesIn(provider, null).Where(name => !IsKnown(name, more)))
            {
                var nearest = KnownSettings.Nearest(name.Replace('_', ':'));
                if (!fromEnvironment)
                    throw Refusal(name, nearest);
                if (name.Contains(':', StringComparison.Ordinal) || IsNear(name, nearest))
                    throw Refusal(Variable(name), Variable(nearest));
            }
        }
    }

    private static bool IsKnown(string name, IReadOnlyCollection<string> more) =>
        KnownSettings.Contains(name)
        || more.Contains(name, StringComparer.OrdinalIgnoreCase)
        || Foreign.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static bool IsNear(string name, string known) =>
        EditDistance.Between(name.ToUpperInvariant(), known.Replace(':', '_').ToUpperInvariant()) <= Slips;

    private static OperatorException Refusal(string name, string nearest) =>
        new(
            $"{name} is not a setting of the node: did you mean {nearest}? docs/configuration.md lists every setting; remove "
                + $"this one or correct its name."
        );

    private static string Variable(string name) => RollupsHost.EnvironmentPrefix + name.Replace(":", "__", StringComparison.Ordinal);

    private static IEnumerable<string> NamesIn(IConfigurationProvider provider, string? parent)
    {
        foreach (var child in provider.GetChildKeys([], parent).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var name = parent is null ? child : ConfigurationPath.Combine(parent, child);
            if (provider.TryGet(name, out _))
                yield return name;
            foreach (var below in NamesIn(provider, name))
                yield return below;
        }
    }
}
