namespace Rollups.Settings;

/// <summary>
/// A failure that an operator can fix, such as a wrong value, a database of another chain or an unusable key. The program exits and
/// prints only the message: one or two sentences with the cause and the remedy, and no secret. Code that must distinguish failures
/// throws its own exception type instead.
/// </summary>
/// <param name="message">What happened and what to do about it, without secrets.</param>
/// <param name="innerException">Cause.</param>
public sealed class OperatorException(string message, Exception? innerException = null) : Exception(message, innerException);
