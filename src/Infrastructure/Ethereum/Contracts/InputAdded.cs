using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>An input as emitted by the InputBox.</summary>
/// <param name="Application">Application contract.</param>
/// <param name="Index">Index in the application, from 0.</param>
/// <param name="Data">The encoded EvmAdvance call.</param>
/// <param name="Log">The log it was read from.</param>
public sealed record InputAdded(Address Application, ulong Index, byte[] Data, LogEntry Log);
