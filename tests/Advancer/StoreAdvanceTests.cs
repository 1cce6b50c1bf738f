using Microsoft.Extensions.Configuration;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Persistence;
using Rollups.Settings;

namespace Rollups.Advancer.Tests;

public sealed class StoreAdvanceTests
{
    [Theory]
    [InlineData(AdvanceOutcome.Accepted, InputStatus.Accepted)]
    [InlineData(AdvanceOutcome.Rejected, InputStatus.Rejected)]
    [InlineData(AdvanceOutcome.Exception, InputStatus.Exception)]
    [InlineData(AdvanceOutcome.MachineHalted, InputStatus.MachineHalted)]
    [InlineData(AdvanceOutcome.Overflow, InputStatus.Overflow)]
    [InlineData(AdvanceOutcome.UnexpectedYield, InputStatus.UnexpectedYield)]
    [InlineData(AdvanceOutcome.InvalidOutputsRoot, InputStatus.InvalidOutputsRoot)]
    public void Every_outcome_of_the_machine_has_its_status(AdvanceOutcome outcome, InputStatus status) =>
        StoreAdvance.StatusOf(outcome).ShouldBe(status);

    [Fact]
    public void Options_out_of_range_are_named_with_their_range()
    {
        Read().InputBatchSize.ShouldBe(2000);
        Should
            .Throw<OperatorException>(() => Read(("Services:Advancer:InputBatchSize", "0")))
            .Message.ShouldBe("Services:Advancer:InputBatchSize is 0: give a number of inputs from 1 to 100000.");
    }

    private static AdvancerOptions Read(params IEnumerable<(string Key, string Value)> settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build()
            .GetSection(AdvancerOptions.Section)
            .ReadValidated<AdvancerOptions>();
}
