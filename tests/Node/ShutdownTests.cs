using Rollups.Testing;

namespace Rollups.Node.Tests;

[Slow]
public sealed class ShutdownTests
{
    [Fact]
    public async Task On_SIGTERM_a_ready_node_ends_with_0_and_without_a_complaint()
    {
        using var node = NodeProcess.Start(["--services", "advancer,validator,lifecycle"], ("Ethereum__ChainId", "31337"));
        await node.ReadyAsync();

        node.Terminate();
        var (exitCode, error, output) = await node.EndAsync();

        exitCode.ShouldBe(0);
        error.ShouldBeEmpty();
        output.ShouldNotContain("Exception");
    }

    [Fact]
    public async Task On_SIGTERM_a_node_that_is_still_starting_ends_with_0()
    {
        using var node = NodeProcess.Start(["--services", "lifecycle"], ("Ethereum__ChainId", "31337"));
        await node.ListeningAsync();

        node.Terminate();
        var (exitCode, error, _) = await node.EndAsync();

        exitCode.ShouldBe(0);
        error.ShouldBeEmpty();
    }
}
