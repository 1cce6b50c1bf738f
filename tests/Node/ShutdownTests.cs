namespace Rollups.Node.Tests;

public sealed class ShutdownTests
{
    [Fact]
    public async Task On_SIGTERM_the_node_ends_with_0_and_without_a_complaint()
    {
        using var node = NodeProcess.Start(["--services", "lifecycle"], ("Ethereum__ChainId", "31337"));
        await node.ListeningAsync();

        node.Terminate();
        var (exitCode, error, output) = await node.EndAsync();

        exitCode.ShouldBe(0);
        error.ShouldBeEmpty();
        output.ShouldNotContain("Exception");
    }
}
