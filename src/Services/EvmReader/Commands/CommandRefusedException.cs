namespace Rollups.EvmReader.Commands;

/// <summary>The command changes nothing; the message is for the operator.</summary>
internal sealed class CommandRefusedException(string message) : Exception(message);
