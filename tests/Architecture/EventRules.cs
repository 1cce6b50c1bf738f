using System.Reflection;
using MassTransit;
using Rollups.Contracts;
using Rollups.Lifecycle;
using Rollups.Messaging;
using Rollups.Testing;

namespace Rollups.Architecture.Tests;

/// <summary>
/// Nobody forgets an event: each class of the contracts that is one has its name, its transition, a consumer, its line in the saga and the
/// saga's queue, and its line in the documentation. tests/Lifecycle holds it to the confirmation and the reconciliation.
/// </summary>
public sealed class EventRules
{
    public static TheoryData<Type> Events => [.. Bytecode.Events];

    public static TheoryData<Type> EpochEvents => [.. Bytecode.Events.Where(type => typeof(IEpochEvent).IsAssignableFrom(type))];

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_has_a_dotted_name_that_the_architecture_page_explains(Type happened)
    {
        var name = NameOf(happened).ShouldNotBeNull("give it an EntityName, such as epoch.closed");
        name.ShouldMatch("^[a-z]+\\.[a-z]+(_[a-z]+)*$");
        File.ReadAllText(Path.Combine(RepositoryFolder.Path, "ARCHITECTURE.md"))
            .ShouldContain($"| `{name}` |", Case.Sensitive, "add it to the table of events");
    }

    /// <summary>Metrics are labelled by the name.</summary>
    [Fact]
    public void No_two_events_have_the_same_name() => Bytecode.Events.Select(NameOf).ShouldBeUnique();

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_is_published_by_a_transition(Type happened)
    {
        var makers = Bytecode
            .MethodsOf(typeof(EpochTransitions).Assembly)
            .Where(method =>
                Bytecode.OwnerOf(method) == typeof(EpochTransitions).FullName && Bytecode.MadeBy(method).Contains(happened.FullName)
            )
            .ToList();
        makers.ShouldNotBeEmpty("no method of EpochTransitions makes it");
        makers
            .SelectMany(Bytecode.CallsOf)
            .Where(call => call.Name is "Publish" or "PublishAsync" or "MoveAsync")
            .ShouldContain(
                call => Bytecode.ArgumentsOf(call).Contains(happened.FullName),
                "a transition makes it and does not publish it"
            );
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_has_a_consumer(Type happened) =>
        Product
            .Assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsClass && typeof(IConsumer<>).MakeGenericType(happened).IsAssignableFrom(type))
            .ShouldNotBeEmpty("no consumer takes it");

    [Theory]
    [MemberData(nameof(EpochEvents))]
    public void An_epoch_event_is_known_to_the_saga_in_every_state(Type happened)
    {
        var saga = new EpochLifecycleStateMachine();
        saga.Correlations.Select(correlation => correlation.DataType).ShouldContain(happened, "the saga does not correlate it");
        var states = saga.States.Where(state => state != saga.Final).ToList();
        states.Count.ShouldBeGreaterThan(7);
        foreach (var state in states)
            saga.NextEvents(state).Select(TypeOf).ShouldContain(happened, $"in {state.Name} the saga takes no {happened.Name}");
    }

    [Theory]
    [MemberData(nameof(EpochEvents))]
    public void An_epoch_event_waits_for_those_of_its_epoch_in_the_sagas_queue(Type happened) =>
        Bytecode
            .MethodsOf(typeof(EpochLifecycleStateMachine).Assembly)
            .Where(method => Bytecode.OwnerOf(method).EndsWith(".EpochLifecycleDefinition", StringComparison.Ordinal))
            .SelectMany(Bytecode.CallsOf)
            .SelectMany(Bytecode.ArgumentsOf)
            .ShouldContain(happened.FullName, "EpochLifecycleDefinition does not partition it");

    private static string? NameOf(Type happened) => happened.GetCustomAttribute<EntityNameAttribute>()?.EntityName;

    private static Type? TypeOf(Event happened) =>
        happened
            .GetType()
            .GetInterfaces()
            .FirstOrDefault(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Event<>))
            ?.GetGenericArguments()[0];
}
