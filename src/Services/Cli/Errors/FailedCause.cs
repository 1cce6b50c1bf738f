using Rollups.Settings;

namespace Rollups.Cli.Errors;

/// <summary>A cause of failed messages.</summary>
internal sealed record FailedCause(
    string Cause,
    string Queue,
    int Messages,
    string Type,
    DateTimeOffset? First,
    DateTimeOffset? Last,
    string Error
);
