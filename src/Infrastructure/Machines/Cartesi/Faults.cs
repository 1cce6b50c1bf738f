using Rollups.Machines.Cartesi.Rpc;

namespace Rollups.Machines.Cartesi;

/// <summary>What is the matter with a server, in words.</summary>
internal static class Faults
{
    /// <summary>When something that is missing may be there.</summary>
    public static readonly TimeSpan Later = TimeSpan.FromSeconds(30);

    /// <summary>Without a full stop.</summary>
    public static string Sentence(Exception exception) =>
        exception switch
        {
            ServerSilentException silent =>
                $"the machine server did not answer {silent.Method} within {silent.Deadline.TotalSeconds:0.###} s",
            ServerRefusedException refused => $"the machine server refused {refused.Message}",
            ServerLostException lost => $"the machine server was lost at {lost.Message}",
            _ => exception.Message,
        };
}
