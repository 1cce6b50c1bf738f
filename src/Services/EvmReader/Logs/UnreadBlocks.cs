using Rollups.EvmReader.Facts;

namespace Rollups.EvmReader.Logs;

/// <summary>An application with logs to read.</summary>
/// <param name="Application">The application.</param>
/// <param name="From">First block to read.</param>
internal readonly record struct UnreadBlocks(ObservedApplication Application, ulong From);
