using Rollups.Domain;
using Rollups.Machines;

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
    public void Every_outcome_of_the_machine_has_its_status(AdvanceOutcome outcome, InputStatus status) =>
        StoreAdvance.StatusOf(outcome).ShouldBe(status);

    [Fact]
    public void Options_out_of_range_are_named_with_their_range()
    {
        new AdvancerOptions().Problems().ShouldBeEmpty();
        new AdvancerOptions { InputBatchSize = 0 }
            .Problems()
            .ShouldHaveSingleItem()
            .ShouldContain("Services:Advancer:InputBatchSize is 0");
    }
}
