using System.Reflection;
using System.Text.RegularExpressions;
using MassTransit;
using Rollups.Contracts;
using Rollups.Messaging;
using Rollups.Testing;

namespace Rollups.Architecture.Tests;

public sealed partial class MessageRules
{
    private static readonly Dictionary<string, string> ExchangeNames = new()
    {
        [nameof(EpochOpened)] = "epoch.opened",
        [nameof(EpochClosed)] = "epoch.closed",
        [nameof(EpochInputsProcessed)] = "epoch.inputs_processed",
        [nameof(EpochClaimCalculated)] = "epoch.claim_calculated",
        [nameof(EpochClaimSubmitted)] = "epoch.claim_submitted",
        [nameof(EpochClaimAccepted)] = "epoch.claim_accepted",
        [nameof(EpochClaimRejected)] = "epoch.claim_rejected",
        [nameof(EpochClaimReverted)] = "epoch.claim_reverted",
        [nameof(InputReceived)] = "input.received",
        [nameof(AppRegistered)] = "app.registered",
        [nameof(AppEnabled)] = "app.enabled",
        [nameof(AppDisabled)] = "app.disabled",
        [nameof(AppRemoved)] = "app.removed",
        [nameof(AppInoperable)] = "app.inoperable",
    };

    [Fact]
    public void The_events_are_these_and_their_exchanges_have_these_names()
    {
        var events = typeof(IApplicationEvent)
            .Assembly.GetTypes()
            .Where(type => type.IsClass && typeof(IApplicationEvent).IsAssignableFrom(type))
            .ToDictionary(type => type.Name, type => type.GetCustomAttribute<EntityNameAttribute>()?.EntityName ?? "none");
        events.ShouldBe(ExchangeNames, ignoreOrder: true);
    }

    /// <summary>Interfaces are for code; as exchanges they would only clutter the broker.</summary>
    [Fact]
    public void Interfaces_of_events_make_no_exchange() =>
        typeof(IApplicationEvent)
            .Assembly.GetTypes()
            .Where(type => type.IsInterface)
            .ShouldAllBe(type => type.GetCustomAttribute<ExcludeFromTopologyAttribute>() != null);

    [Fact]
    public void Messages_are_sealed_records_that_cannot_be_changed() =>
        typeof(IApplicationEvent)
            .Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false, IsPublic: true })
            .ShouldAllBe(type => type.IsSealed && type.GetMethod("<Clone>$") != null && type.GetProperties().All(IsInitOnly));

    [Fact]
    public void Every_consumer_has_a_definition_that_names_its_queue()
    {
        var types = Product
            .Assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false })
            .ToList();
        var consumers = types
            .Where(type => typeof(IConsumer).IsAssignableFrom(type) && type.Namespace!.StartsWith("Rollups.", StringComparison.Ordinal))
            .ToList();
        var defined = types.Select(ConsumerOf).OfType<Type>().ToHashSet();

        consumers.ShouldNotBeEmpty();
        consumers.Where(consumer => !defined.Contains(consumer)).Select(consumer => consumer.FullName).ShouldBeEmpty();
    }

    /// <summary>A queue without it would put its messages into the error queue at the first outage of the database.</summary>
    [Fact]
    public void Every_definition_has_the_retry_policy()
    {
        var definitions =
            from file in Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Path, "src"), "*.cs", SearchOption.AllDirectories)
            let text = File.ReadAllText(file)
            let count = Definition().Count(text)
            where count > 0
            select (Name: Path.GetFileName(file), count, Policies: Policy().Count(text));

        definitions.ShouldNotBeEmpty();
        definitions.Where(definition => definition.Policies != definition.count).Select(definition => definition.Name).ShouldBeEmpty();
    }

    [Fact]
    public void Queues_are_kebab_case_and_begin_with_their_service()
    {
        // The last is the devnet of the program `rollups`.
        string[] services = ["evm-reader", "advancer", "validator", "claimer", "prt", "lifecycle", "api", "devnet"];
        var names = Product
            .Assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type =>
                type is { IsClass: true, IsAbstract: false }
                && (typeof(IConsumerDefinition).IsAssignableFrom(type) || typeof(ISagaDefinition).IsAssignableFrom(type))
            )
            .Select(type => (type.Assembly, Name: QueueOf(New(type, QueueNames.InMemory))));
        foreach (var (assembly, name) in names)
        {
            // One queue a service, or one a replica with its id at the end.
            name.ShouldMatch("^[a-z]+(-[a-z]+)*(-[0-9a-f]{32})?$");
            services.ShouldContain(
                service =>
                    name.StartsWith(service + "-", StringComparison.Ordinal)
                    && assembly
                        .GetName()
                        .Name!.Equals(
                            service == "devnet" ? "rollups" : "Rollups." + service.Replace("-", "", StringComparison.Ordinal),
                            StringComparison.OrdinalIgnoreCase
                        ),
                name
            );
        }
    }

    /// <summary>Otherwise two nodes that share a virtual host would take each other's messages.</summary>
    [Fact]
    public void Queues_begin_with_the_prefix_of_the_node()
    {
        var definitions = Product
            .Assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type =>
                type is { IsClass: true, IsAbstract: false }
                && (typeof(IConsumerDefinition).IsAssignableFrom(type) || typeof(ISagaDefinition).IsAssignableFrom(type))
            )
            .ToList();

        definitions.ShouldNotBeEmpty();
        foreach (var type in definitions)
            QueueOf(New(type, new QueueNames("one.", isDeclared: true))).ShouldStartWith("one.", Case.Sensitive, type.FullName);
    }

    [Fact]
    public void Commands_and_answers_have_dotted_names_as_events_have()
    {
        var types = typeof(IApplicationEvent)
            .Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false, IsPublic: true })
            .ToList();
        // What is only a part of messages is never sent by itself.
        var parts = types
            .SelectMany(type => type.GetProperties())
            .SelectMany(property => property.PropertyType.GetGenericArguments().Append(property.PropertyType))
            .ToHashSet();
        var names = types
            .Where(type => !parts.Contains(type) || type.IsDefined(typeof(EntityNameAttribute)))
            .ToDictionary(type => type.Name, type => type.GetCustomAttribute<EntityNameAttribute>()?.EntityName ?? "none");

        names.Where(name => !Dotted().IsMatch(name.Value)).Select(name => name.Key).ShouldBeEmpty();
        names.Values.ShouldBeUnique();
    }

    private static object New(Type definition, QueueNames names) => definition.GetConstructors().Single().Invoke([names]);

    private static string QueueOf(object definition) =>
        definition switch
        {
            IConsumerDefinition consumer => consumer.GetEndpointName(DefaultEndpointNameFormatter.Instance),
            ISagaDefinition saga => saga.GetEndpointName(DefaultEndpointNameFormatter.Instance),
            _ => throw new ArgumentOutOfRangeException(nameof(definition)),
        };

    private static bool IsInitOnly(PropertyInfo property) =>
        property.SetMethod is null
        || property.SetMethod.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit");

    private static Type? ConsumerOf(Type type)
    {
        for (var candidate = type.BaseType; candidate is not null; candidate = candidate.BaseType)
        {
            if (candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(ConsumerDefinition<>))
                return candidate.GetGenericArguments()[0];
        }
        return null;
    }

    [GeneratedRegex(@"^[a-z]+\.[a-z]+(_[a-z]+)*$")]
    private static partial Regex Dotted();

    [GeneratedRegex(@": (Consumer|Saga)Definition<")]
    private static partial Regex Definition();

    [GeneratedRegex(@"endpointConfigurator\.UseRetries\(context\)")]
    private static partial Regex Policy();
}
