using NetArchTest.Rules;

namespace Rollups.Architecture.Tests;

/// <summary>
/// The EvmReader reads in stages. A stage uses the results of earlier ones and knows no later one, so that a pass has one direction.
/// </summary>
public sealed class ReaderPipelineRules
{
    private const string Reader = "Rollups.EvmReader";

    // In the order of the pass.
    private static readonly string[] Stages = ["Head", "Facts", "History", "Logs", "Form", "Store"];

    public static TheoryData<string> StageNames => [.. Stages];

    [Theory]
    [MemberData(nameof(StageNames))]
    public void A_stage_of_the_reader_knows_no_later_stage_and_not_the_pass(string stage)
    {
        string[] later =
        [
            .. Stages.Skip(Array.IndexOf(Stages, stage) + 1).Select(other => $"{Reader}.{other}"),
            $"{Reader}.ReadPass",
            $"{Reader}.ReadChain",
            $"{Reader}.Commands",
            $"{Reader}.Consumers",
            $"{Reader}.Registration",
        ];
        InStage(stage).ShouldNot().HaveDependencyOnAny(later).GetResult().FailingTypeNames.ShouldBeNull();
    }

    [Fact]
    public void Every_namespace_of_the_reader_is_a_stage_or_stands_beside_them()
    {
        string[] beside = [Reader, $"{Reader}.Commands", $"{Reader}.Consumers", $"{Reader}.Metrics", $"{Reader}.Registration"];
        var found = Product
            .Load(Reader)
            .GetTypes()
            .Select(type => type.Namespace)
            .Where(name => name?.StartsWith(Reader, StringComparison.Ordinal) == true)
            .Distinct();
        found.ShouldBe(Stages.Select(stage => $"{Reader}.{stage}").Concat(beside), ignoreOrder: true);
    }

    /// <summary>Everything that a pass writes, it writes in one stage, so the stages before it can run again at any time.</summary>
    [Fact]
    public void Only_the_last_stage_of_a_pass_opens_a_unit_of_work()
    {
        foreach (var stage in Stages.SkipLast(1))
            InStage(stage).ShouldNot().HaveDependencyOn("Rollups.Messaging.IUnitOfWork").GetResult().FailingTypeNames.ShouldBeNull(stage);
    }

    [Fact]
    public void The_stage_that_forms_epochs_and_batches_is_pure()
    {
        string[] impure =
        [
            "Microsoft",
            "Rollups.Messaging",
            "Rollups.Persistence",
            "Rollups.Ethereum.IEthereumClient",
            "System.IO",
            "System.Net",
            "System.TimeProvider",
        ];
        InStage("Form").ShouldNot().HaveDependencyOnAny(impure).GetResult().FailingTypeNames.ShouldBeNull();
    }

    private static PredicateList InStage(string stage)
    {
        var types = Types.InAssembly(Product.Load(Reader)).That().ResideInNamespace($"{Reader}.{stage}");
        types.GetTypes().ShouldNotBeEmpty();
        return types;
    }
}
