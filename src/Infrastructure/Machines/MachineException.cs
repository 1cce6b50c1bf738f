namespace Rollups.Machines;

/// <summary>
/// The machine failed for a reason other than the input: it was killed, a deadline passed, or its files are damaged. The application
/// stops until an operator enables it again.
/// </summary>
public sealed class MachineException(string message, Exception? innerException = null) : Exception(message, innerException);
