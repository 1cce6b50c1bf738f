namespace Rollups.Hosting;

/// <summary>A start-up failure whose message is one clear sentence for the operator: the value that is wrong and the remedy.</summary>
/// <param name="message">The sentence, without secrets.</param>
/// <param name="innerException">Cause.</param>
public sealed class OperatorException(string message, Exception? innerException = null) : Exception(message, innerException);
