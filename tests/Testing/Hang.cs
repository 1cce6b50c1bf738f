namespace Rollups.Testing;

/// <summary>When a test gives up waiting for something that the node does by itself.</summary>
public static class Hang
{
    /// <summary>
    /// A test that works never comes near it, also on a machine with much other work: it ends a test whose node hangs, and measures
    /// nothing.
    /// </summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
}
