using System.Globalization;
using Rollups.Testing;

namespace Rollups.Node.Tests;

/// <summary>Readers take no CPU that the pipeline wants: a process that runs nothing but the Api lowers its own priority.</summary>
[Slow]
public sealed class ProcessPriorityTests
{
    [Theory]
    [InlineData("api", null, 10)]
    [InlineData("api", "3", 3)]
    [InlineData("api", "0", 0)]
    [InlineData("api,lifecycle", null, 0)]
    [InlineData("lifecycle", null, 0)]
    public async Task Every_thread_of_a_process_that_runs_the_Api_alone_has_the_configured_priority(
        string services,
        string? setting,
        int expected
    )
    {
        var own = PrioritiesOf("self").Min();
        using var node = NodeProcess.Start(
            ["--services", services, .. setting is null ? [] : (string[])[$"--Api:Nice={setting}"]],
            ("Ethereum__ChainId", "31337")
        );
        await node.ReadyAsync();

        var priorities = PrioritiesOf(node.Id.ToString(CultureInfo.InvariantCulture));
        priorities.Count.ShouldBeGreaterThan(5);
        priorities.ShouldAllBe(priority => priority == Math.Max(own, expected));
    }

    /// <summary>The nice value of each thread of a process.</summary>
    private static List<int> PrioritiesOf(string process)
    {
        List<int> priorities = [];
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{process}/task"))
        {
            try
            {
                // Field 19 of proc_pid_stat(5); field 2 is in parentheses, and may contain anything.
                var stat = File.ReadAllText(Path.Combine(thread, "stat"));
                priorities.Add(int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                // The thread has ended.
            }
        }

        return priorities;
    }
}
