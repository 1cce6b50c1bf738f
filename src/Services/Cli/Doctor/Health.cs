namespace Rollups.Cli.Doctor;

/// <summary>How a check stands. Written in upper case in JSON.</summary>
internal enum Health
{
    Ok,
    Warning,
    Failed,
}
