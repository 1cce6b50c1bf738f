using System.Reflection;
using NetArchTest.Rules;

namespace Rollups.Architecture.Tests;

public sealed class DependencyRules
{
    private static readonly string[] Services = ["EvmReader", "Advancer", "Validator", "Claimer", "Prt", "Lifecycle", "Api"];

    public static TheoryData<string> ServiceNames => [.. Services];

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void A_service_knows_no_other_service(string service)
    {
        var others = Services
            .Where(other => other != service)
            .Append("Node")
            .Append("Hosting")
            .Select(other => $"Rollups.{other}")
            .ToArray();
        var result = Types.InAssembly(Product.Load($"Rollups.{service}")).ShouldNot().HaveDependencyOnAny(others).GetResult();
        result.FailingTypeNames.ShouldBeNull();
    }

    [Fact]
    public void Contracts_know_nothing_of_the_node()
    {
        var references = Product.Load("Rollups.Contracts").GetReferencedAssemblies().Select(name => name.Name!);
        references.ShouldNotContain(name => name.StartsWith("Rollups.", StringComparison.Ordinal));
        references.ShouldNotContain("MassTransit");
    }

    /// <summary>What is pure can be read, tested and used without a database, a broker or an endpoint.</summary>
    [Fact]
    public void The_domain_knows_nothing_but_the_runtime_and_Keccak()
    {
        var references = Product.Load("Rollups.Domain").GetReferencedAssemblies().Select(name => name.Name!);
        references.ShouldAllBe(name => name.StartsWith("System.", StringComparison.Ordinal) || name == "BouncyCastle.Cryptography");
        references.ShouldNotContain(name => name.StartsWith("System.Net.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Rollups.Persistence", "Rollups.Ethereum")]
    [InlineData("Rollups.Machines", "Rollups.Ethereum")]
    [InlineData("Rollups.Settings", "Rollups.Ethereum")]
    [InlineData("Rollups.Ethereum", "Rollups.Persistence")]
    [InlineData("Rollups.Ethereum", "Rollups.Messaging")]
    [InlineData("Rollups.Ethereum", "Rollups.Chain")]
    [InlineData("Rollups.Hosting", "Rollups.Ethereum")]
    [InlineData("Rollups.Persistence", "Rollups.Messaging")]
    [InlineData("Rollups.Machines", "Rollups.Messaging")]
    [InlineData("Rollups.Http", "Rollups.Persistence")]
    [InlineData("Rollups.Http", "Rollups.Hosting")]
    [InlineData("Rollups.Messaging", "Rollups.Ethereum")]
    [InlineData("Rollups.Messaging", "Rollups.Chain")]
    [InlineData("Rollups.Messaging", "Rollups.Hosting")]
    [InlineData("Rollups.Messaging", "Rollups.Transactions")]
    public void A_lower_layer_does_not_look_up(string lower, string upper) =>
        Product.Load(lower).GetReferencedAssemblies().Select(name => name.Name).ShouldNotContain(upper);

    /// <summary>
    /// Nethereum's decoder truncates without an error and its accounts show their keys: the L1 layer hides them from everything else.
    /// </summary>
    [Fact]
    public void Nobody_but_the_L1_layer_references_Nethereum()
    {
        var users = Product
            .Assemblies.Where(assembly =>
                assembly.GetReferencedAssemblies().Any(name => name.Name!.StartsWith("Nethereum.", StringComparison.Ordinal))
            )
            .Select(assembly => assembly.GetName().Name);
        users.ShouldBe(["Rollups.Ethereum"]);
    }

    /// <summary>IBus goes past the outbox: what is published with it can exist without its change, or the change without it.</summary>
    [Fact]
    public void Nobody_but_Messaging_takes_the_bus_itself()
    {
        var offenders =
            from assembly in Product.Assemblies
            where assembly.GetName().Name != "Rollups.Messaging"
            from type in assembly.GetTypes()
            from constructor in type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            from parameter in constructor.GetParameters()
            where parameter.ParameterType.FullName is "MassTransit.IBus" or "MassTransit.IBusControl"
            select $"{type.FullName}({parameter.ParameterType.Name})";
        offenders.ShouldBeEmpty();
    }
}
