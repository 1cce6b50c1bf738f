namespace Rollups.Domain;

/// <summary>The bytes are not valid ABI, or a number is out of range.</summary>
public sealed class AbiException(string message) : FormatException(message);
