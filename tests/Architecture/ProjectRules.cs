using Rollups.Testing;

namespace Rollups.Architecture.Tests;

/// <summary>The arrows between the projects, as their files declare them.</summary>
public sealed class ProjectRules
{
    private static readonly string[] Services = ["EvmReader", "Advancer", "Validator", "Claimer", "Prt", "Lifecycle", "Api"];

    // Who uses L1. The other projects, and so a process of their services, are restored and built without what talks to it.
    private static readonly string[] UsersOfL1 = ["Chain", "Transactions", "EvmReader", "Claimer", "Prt", "Node", "Devnet", "Cli"];

    // Project to the projects that it may reference. What is not in the table may reference nothing.
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Contracts"] = [],
        ["Domain"] = [],
        ["Settings"] = [],
        ["Ethereum"] = ["Domain", "Settings"],
        ["Persistence"] = ["Domain", "Settings"],
        ["Machines"] = ["Domain", "Settings", "Http"],
        ["Messaging"] = ["Contracts", "Domain", "Persistence"],
        ["Chain"] = ["Domain", "Persistence", "Messaging", "Ethereum"],
        ["Transactions"] = ["Domain", "Persistence", "Messaging", "Ethereum", "Chain"],
        ["Scheduling"] = ["Messaging"],
        ["Http"] = ["Settings"],
        ["Hosting"] = ["Persistence", "Messaging", "Http"],
        ["EvmReader"] = ["Contracts", "Domain", "Persistence", "Messaging", "Ethereum", "Chain"],
        ["Advancer"] = ["Contracts", "Domain", "Persistence", "Messaging", "Machines", "Http"],
        ["Validator"] = ["Contracts", "Domain", "Persistence", "Messaging"],
        ["Claimer"] = ["Contracts", "Domain", "Persistence", "Messaging", "Ethereum", "Chain", "Transactions"],
        ["Prt"] = ["Contracts", "Domain", "Persistence", "Messaging", "Ethereum", "Chain", "Transactions"],
        ["Lifecycle"] = ["Contracts", "Domain", "Persistence", "Messaging"],
        ["Api"] = ["Persistence", "Messaging", "Http"],
        ["Node"] = [.. Services, "Chain", "Scheduling", "Hosting"],
        ["Devnet"] = ["Domain", "Ethereum"],
        ["Cli"] = ["Devnet", "Node"],
    };

    [Fact]
    public void The_projects_reference_each_other_along_the_table_of_arrows_alone()
    {
        var offenders =
            from project in SourceProject.All
            where !project.IsTest
            from reference in project.Projects
            where !Arrows.GetValueOrDefault(Short(project.Name), []).Contains(Short(reference))
            select $"{project.Name} -> {reference}";
        offenders.ShouldBeEmpty();
        SourceProject
            .All.Where(project => !project.IsTest)
            .Select(project => Short(project.Name))
            .ShouldBe(Arrows.Keys, ignoreOrder: true);
    }

    /// <summary>The rules that read the product's assemblies see all of them.</summary>
    [Fact]
    public void Every_assembly_of_the_product_lies_beside_the_rules() =>
        Product
            .Assemblies.Select(assembly => assembly.GetName().Name!)
            .ShouldBe(SourceProject.All.Where(project => !project.IsTest).Select(Product.AssemblyOf), ignoreOrder: true);

    [Fact]
    public void The_domain_is_restored_with_Keccak_and_nothing_else()
    {
        SourceProject.Named("Rollups.Domain").Projects.ShouldBeEmpty();
        SourceProject.Named("Rollups.Domain").RestoredPackages().ShouldBe(["BouncyCastle.Cryptography"]);
    }

    [Fact]
    public void The_contracts_are_restored_with_the_abstractions_of_MassTransit_and_nothing_else()
    {
        SourceProject.Named("Rollups.Contracts").Projects.ShouldBeEmpty();
        SourceProject.Named("Rollups.Contracts").RestoredPackages().ShouldBe(["MassTransit.Abstractions"]);
    }

    [Fact]
    public void Only_the_users_of_L1_reach_the_L1_layer_also_through_other_projects() =>
        SourceProject
            .All.Where(project => !project.IsTest && Reaches(project, "Rollups.Ethereum"))
            .Select(project => Short(project.Name))
            .ShouldBe(UsersOfL1, ignoreOrder: true);

    [Theory]
    [InlineData("AWSSDK.")]
    [InlineData("Nethereum.")]
    public void Only_the_users_of_L1_are_restored_with_what_talks_to_L1(string package) =>
        SourceProject
            .All.Where(project => !project.IsTest)
            .Where(project => project.RestoredPackages().Any(name => name.StartsWith(package, StringComparison.Ordinal)))
            .Select(project => Short(project.Name))
            .ShouldBe([.. UsersOfL1, "Ethereum"], ignoreOrder: true);

    [Fact]
    public void Of_the_node_the_L1_layer_alone_asks_for_Nethereum()
    {
        var users =
            from project in SourceProject.All
            where !project.IsTest && project.Packages.Any(package => package.StartsWith("Nethereum.", StringComparison.Ordinal))
            select project.Name;
        users.ShouldBe(["Rollups.Ethereum"]);
    }

    [Fact]
    public void A_service_references_no_other_service_and_only_Node_and_Cli_compose_them()
    {
        var offenders =
            from project in SourceProject.All
            where !project.IsTest && Short(project.Name) is not "Node" and not "Cli"
            from reference in project.Projects
            where SourceProject.Named(reference).IsService
            select $"{project.Name} -> {reference}";
        offenders.ShouldBeEmpty();
    }

    [Fact]
    public void Nobody_but_Cli_and_the_tests_references_the_devnet()
    {
        var users =
            from project in SourceProject.All
            where !project.IsTest && project.Projects.Contains("Rollups.Devnet")
            select project.Name;
        users.ShouldBe(["Rollups.Cli"]);
    }

    /// <summary>What is shipped must not need the folder of the tests, which images leave out.</summary>
    [Fact]
    public void No_program_reads_the_folder_of_the_tests()
    {
        var offenders =
            from root in new[] { "src", "tools" }
            from file in Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Path, root), "*.cs", SearchOption.AllDirectories)
            let name = Path.GetRelativePath(RepositoryFolder.Path, file)
            where !name.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")
            let text = File.ReadAllText(file)
            where text.Contains("\"tests\"", StringComparison.Ordinal) || text.Contains("tests/", StringComparison.Ordinal)
            select name;
        offenders.ShouldBeEmpty();
    }

    private static bool Reaches(SourceProject project, string other) =>
        project.Projects.Any(reference => reference == other || Reaches(SourceProject.Named(reference), other));

    private static string Short(string project) => project["Rollups.".Length..];
}
