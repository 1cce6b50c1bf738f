using System.Reflection;
using System.Text.RegularExpressions;
using Mono.Cecil;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.Architecture.Tests;

/// <summary>A move and its event are one call: nothing but the transitions changes a status, and nothing else makes an event.</summary>
public sealed partial class TransitionRules
{
    private static readonly string Transitions = typeof(EpochTransitions).FullName!;
    private static readonly HashSet<string> Events = [.. Bytecode.Events.Select(type => type.FullName!)];
    private static readonly Dictionary<string, string> StatusOf = new()
    {
        [typeof(Epoch).FullName!] = nameof(Epoch.Status),
        [typeof(Application).FullName!] = nameof(Application.State),
    };

    [Fact]
    public void Only_the_transitions_move_an_epoch_or_an_application_and_make_an_event() =>
        Product.Assemblies.SelectMany(OffencesOf).ShouldBeEmpty("call IWorkScope.Transitions, which writes the move and its event");

    [Fact]
    public void Every_way_around_the_transitions_is_found() =>
        OffencesOf(typeof(AroundTheTransitions).Assembly)
            .Where(offence => offence.StartsWith(nameof(AroundTheTransitions), StringComparison.Ordinal))
            .Order()
            .ShouldBe([
                "AroundTheTransitions adds a row of Application",
                "AroundTheTransitions adds a row of Epoch",
                "AroundTheTransitions has an SQL statement that changes epochs",
                "AroundTheTransitions makes a row of Epoch",
                "AroundTheTransitions makes the event AppInoperable",
                "AroundTheTransitions makes the event EpochClosed",
                "AroundTheTransitions publishes",
                "AroundTheTransitions sets Application.State of a row",
                "AroundTheTransitions sets Epoch.Status of a row",
                "AroundTheTransitions updates Application.State",
                "AroundTheTransitions updates Epoch.Status",
            ]);

    private static IEnumerable<string> OffencesOf(Assembly assembly) =>
        from method in Bytecode.MethodsOf(assembly)
        let owner = Bytecode.OwnerOf(method)
        where owner != Transitions && !owner.StartsWith("Rollups.Contracts.", StringComparison.Ordinal)
        from offence in OffencesOf(method, isMessaging: owner.StartsWith("Rollups.Messaging.", StringComparison.Ordinal)).Distinct()
        select $"{owner.Split('.')[^1]} {offence}";

    private static IEnumerable<string> OffencesOf(MethodDefinition method, bool isMessaging)
    {
        foreach (var made in Bytecode.MadeBy(method))
        {
            if (Events.Contains(made))
                yield return $"makes the event {Short(made)}";
            else if (made == typeof(Epoch).FullName)
                yield return "makes a row of Epoch";
        }

        foreach (var call in Bytecode.CallsOf(method))
        {
            var target = call.DeclaringType.GetElementType().FullName;
            // The outbox itself passes on what others publish.
            if (!isMessaging && call.Name == "Publish" && target.StartsWith("MassTransit.", StringComparison.Ordinal))
                yield return "publishes";
            if (Events.Contains(target) && call.Name == "<Clone>$")
                yield return $"makes the event {Short(target)}";
            if (!StatusOf.TryGetValue(target, out var status))
                status = null;
            if (status is not null && call.Name == $"set_{status}")
                yield return $"sets {Short(target)}.{status} of a row";
            // An update's lambda has the builder as a parameter, and names the property by its getter.
            if (status is not null && call.Name == $"get_{status}" && IsUpdateOf(target, method))
                yield return $"updates {Short(target)}.{status}";
            if (
                call.Name is "Add" or "AddAsync" or "AddRange" or "AddRangeAsync" or "Update" or "UpdateRange" or "Attach"
                && RowOf(call) is { } row
            )
                yield return $"adds a row of {Short(row)}";
        }

        if (!method.DeclaringType.FullName.Contains(".Migrations", StringComparison.Ordinal))
        {
            foreach (var statement in Bytecode.TextsOf(method).Select(text => RawUpdate().Match(text)).Where(match => match.Success))
                yield return $"has an SQL statement that changes {statement.Groups[1].Value}";
        }
    }

    private static bool IsUpdateOf(string row, MethodDefinition method) =>
        method.Parameters.Any(parameter =>
            parameter.ParameterType is GenericInstanceType { Name: "UpdateSettersBuilder`1" } builder
            && builder.GenericArguments[0].FullName == row
        );

    /// <summary>The row of a context's or a set's generic method, where it has a status.</summary>
    private static string? RowOf(MethodReference call)
    {
        var arguments = call.DeclaringType.FullName.StartsWith("Microsoft.EntityFrameworkCore.", StringComparison.Ordinal)
            ? Bytecode
                .ArgumentsOf(call)
                .Concat(call.DeclaringType is GenericInstanceType set ? set.GenericArguments.Select(argument => argument.FullName) : [])
            : [];
        return arguments.FirstOrDefault(StatusOf.ContainsKey);
    }

    private static string Short(string type) => type.Split('.')[^1];

    [GeneratedRegex("""\b(?:update|into)\s+"?(epochs|applications)"?\b""", RegexOptions.IgnoreCase)]
    private static partial Regex RawUpdate();
}
