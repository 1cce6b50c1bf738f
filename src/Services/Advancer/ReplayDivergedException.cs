using Rollups.Machines;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>A rebuilt machine does not reproduce the stored results.</summary>
internal sealed class ReplayDivergedException(string message) : Exception(message);
