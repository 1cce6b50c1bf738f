namespace Rollups.Settings;

/// <summary>
/// A failure that an operator can mend, such as a wrong value, a database of another chain or a key that cannot be used. The program ends,
/// and its message is all that it prints: one sentence or two, with what happened and the remedy, and without a secret. Code that has to
/// tell failures apart throws a type of its own instead.
/// </summary>
/// <param name="message">What happened and what to do about it, without secrets.</param>
/// <param name="innerException">Cause.</param>
public sealed class OperatorException(string message, Exception? innerException = null) : Exception(message, innerException);
