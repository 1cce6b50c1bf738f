using Rollups.Domain;
using Rollups.Machines.Cartesi.Rpc;

namespace Rollups.Machines.Cartesi;

/// <summary>
/// Consecutive losses of an application's machine servers. One that was killed, such as for want of memory, is worth another start. One
/// that is lost again and again stops the application, so that an operator looks at it.
/// </summary>
internal sealed class ServerDeaths(Address application)
{
    private const int Most = 3;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private int _count;

    /// <summary>The result of an input is stored.</summary>
    public void Progressed() => Volatile.Write(ref _count, 0);

    /// <summary>The exception of one more loss.</summary>
    /// <param name="exception">How it was noticed.</param>
    /// <param name="what">What the machine was about, such as <c>input 3</c>.</param>
    /// <param name="lastWords">What the servers printed last.</param>
    public Exception Died(ServerLostException exception, string what, string lastWords)
    {
        var deaths = Interlocked.Increment(ref _count);
        var words = lastWords.Length > 0 ? $"; it printed last: {lastWords}" : "";
        var message = $"The machine server of {application} was lost at {what} ({exception.Message}{words}).";
        if (deaths > Most)
            return new MachineException($"{message} That was loss number {deaths} without progress.", exception);
        var wait = First * Math.Pow(2, deaths - 1);
        return new MachineUnavailableException($"{message} The node starts a new one in {wait.TotalSeconds:0} s.", wait);
    }
}
