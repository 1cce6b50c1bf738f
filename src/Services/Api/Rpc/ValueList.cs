namespace Rollups.Api.Rpc;

/// <summary>Several allowed values of a filter, at least one.</summary>
/// <param name="Values">The values, each once.</param>
internal readonly record struct ValueList<T>(IReadOnlyList<T> Values);
