namespace Rollups.Persistence;

/// <summary>The database cannot be used as configured: one sentence that names the value and the remedy, without secrets.</summary>
public sealed class DatabaseException(string message, Exception? innerException = null) : Exception(message, innerException);
