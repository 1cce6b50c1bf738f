namespace Rollups.Domain;

/// <summary>Bytes that should be ABI-encoded are not, or hold a number that cannot be.</summary>
public sealed class AbiException(string message) : FormatException(message);
