using Rollups.Advancer;
using Rollups.Api;
using Rollups.Claimer;
using Rollups.EvmReader;
using Rollups.Lifecycle;
using Rollups.Prt;
using Rollups.Settings;
using Rollups.Validator;

namespace Rollups.Node;

/// <summary>The services by name.</summary>
public static class NodeServices
{
    /// <summary>The one that only reads.</summary>
    internal const string Api = "api";

    internal static readonly IReadOnlyList<NodeService> Known =
    [
        new("evm-reader", ReadsChain: true, (services, configuration) => services.AddEvmReader(configuration)),
        new("advancer", ReadsChain: false, (services, configuration) => services.AddAdvancer(configuration).AddInspect(configuration)),
        new("validator", ReadsChain: false, (services, configuration) => services.AddValidator(configuration)),
        new("claimer", ReadsChain: true, (services, configuration) => services.AddClaimer(configuration)),
        new("prt", ReadsChain: true, (services, configuration) => services.AddPrt(configuration)),
        new("lifecycle", ReadsChain: false, (services, configuration) => services.AddLifecycle(configuration)),
        new(Api, ReadsChain: false, (services, configuration) => services.AddApi(configuration), HasWork: false),
    ];

    /// <summary>Every service; a single-process node runs them all.</summary>
    public static IReadOnlySet<string> All { get; } = Known.Select(service => service.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>Reads a list such as <c>advancer,validator</c>.</summary>
    /// <exception cref="OperatorException">A name is unknown, or there is none.</exception>
    public static IReadOnlySet<string> Parse(string list)
    {
        var names = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .ToHashSet(StringComparer.Ordinal);
        if (names.Count == 0)
            throw new OperatorException(
                $"--services names no service: give one or more of {string.Join(", ", All)}, separated by commas."
            );
        EnsureKnown(names);
        return names;
    }

    internal static void EnsureKnown(IEnumerable<string> names)
    {
        if (names.FirstOrDefault(name => !All.Contains(name)) is { } unknown)
            throw new OperatorException($"'{unknown}' is not a service of the node: the known ones are {string.Join(", ", All)}.");
    }
}
