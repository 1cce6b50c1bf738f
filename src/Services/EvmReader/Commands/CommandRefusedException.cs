using Rollups.Contracts;

namespace Rollups.EvmReader.Commands;

/// <summary>The command changes nothing.</summary>
/// <param name="message">What stands against it, and the remedy, for the operator.</param>
/// <param name="isUnknown">Whether there is no such application.</param>
internal sealed class CommandRefusedException(string message, bool isUnknown = false) : Exception(message)
{
    /// <summary>The answer to the client.</summary>
    public CommandRefused Answer => new() { Reason = Message, IsUnknown = isUnknown };
}
