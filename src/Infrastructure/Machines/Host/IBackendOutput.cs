using Rollups.Domain;

namespace Rollups.Machines.Host;

/// <summary>Shows what the backends print that the node has started.</summary>
public interface IBackendOutput
{
    /// <summary>One line of stdout or stderr.</summary>
    void Write(Address application, string line);
}
