namespace Rollups.EvmReader.Epochs;

/// <summary>Where an input is: its index in the application and its L1 block.</summary>
internal readonly record struct InputPosition(ulong Index, ulong BlockNumber);
