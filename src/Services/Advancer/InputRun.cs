using Rollups.Domain;
using Rollups.Machines;

namespace Rollups.Advancer;

/// <summary>An input that the machine has run, and where its outputs and reports stand among those of the application.</summary>
/// <param name="Input">The input as stored.</param>
/// <param name="Result">What the machine gave.</param>
/// <param name="FirstOutput">Index of its first output, or of the next one if it has none.</param>
/// <param name="FirstReport">Index of its first report, or of the next one if it has none.</param>
internal sealed record InputRun(Input Input, AdvanceResult Result, ulong FirstOutput, ulong FirstReport)
{
    /// <summary>Size of what is to be stored, in bytes.</summary>
    public long Bytes { get; } =
        Result.Outputs.Sum(output => (long)output.Length)
        + Result.Reports.Sum(report => (long)report.Length)
        + (Result.ExceptionData?.Length ?? 0);
}
