using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Rollups.Hosting;
using Rollups.Settings;

namespace Rollups.Node;

/// <summary>
/// Refuses a setting that nothing would read: a name with a slip in it would leave the default in force, and nobody would know.
/// </summary>
public static class UnknownSettings
{
    // Read by others than the node's options: levels of the log, and what OpenTelemetry's own specification names.
    private static readonly string[] Foreign = ["Logging:", "OTEL_"];

    // A variable without a section may belong to something else that begins with ROLLUPS_; one that is this near to a setting is meant for
    // it.
    private const int Slips = 3;

    /// <summary>Looks at every name that the configuration has. Every program that reads the node's settings calls it.</summary>
    /// <param name="configuration">The configuration of the program.</param>
    /// <param name="more">Settings that the caller reads itself beside the node's own.</param>
    /// <exception cref="OperatorException">
    /// A setting is not known; the message has its name and the nearest known one, never its value.
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
            $"{name} is not a setting of the node: did you mean {nearest}? docs/configuration.md has every setting; "
                + "leave out what is not among them."
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
