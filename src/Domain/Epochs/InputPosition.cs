namespace Rollups.Domain;

/// <summary>Position of an input: its index in the application and its L1 block.</summary>
public readonly record struct InputPosition(ulong Index, ulong BlockNumber);
