using Rollups.Hosting;
using Rollups.Settings;

namespace Rollups.Node.Tests;

public sealed class NodeServicesTests
{
    [Fact]
    public void A_list_may_have_spaces_and_repeat_itself() =>
        NodeServices.Parse(" lifecycle, evm-reader,lifecycle ").ShouldBe(["lifecycle", "evm-reader"], ignoreOrder: true);

    [Theory]
    [InlineData("")]
    [InlineData(" , ")]
    public void A_list_without_a_name_is_refused(string list) =>
        Should.Throw<OperatorException>(() => NodeServices.Parse(list)).Message.ShouldContain("names no service");

    [Theory]
    [InlineData("Lifecycle")]
    [InlineData("lifecycle,graphql")]
    public void A_name_that_is_not_known_is_refused(string list) =>
        Should.Throw<OperatorException>(() => NodeServices.Parse(list)).Message.ShouldContain("is not a service of the node");
}
