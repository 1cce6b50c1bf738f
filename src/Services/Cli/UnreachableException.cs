namespace Rollups.Cli;

/// <summary>Somebody whom the command needs does not answer: the process ends with <see cref="ExitCode.Unreachable"/>.</summary>
/// <param name="message">Who does not answer and what to do about it, without secrets.</param>
/// <param name="innerException">Cause.</param>
internal sealed class UnreachableException(string message, Exception? innerException = null) : Exception(message, innerException);
