namespace Rollups.Devnet;

/// <summary>The devnet cannot be set up; the message says what to do.</summary>
public sealed class DevnetException(string message, Exception? innerException = null) : Exception(message, innerException);
