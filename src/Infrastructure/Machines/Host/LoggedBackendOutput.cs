using Microsoft.Extensions.Logging;
using Rollups.Domain;

namespace Rollups.Machines.Host;

/// <summary>Shows it in the log.</summary>
internal sealed partial class LoggedBackendOutput(ILogger<LoggedBackendOutput> logger) : IBackendOutput
{
    public void Write(Address application, string line) => LogLine(logger, application, line);

    [LoggerMessage(600, LogLevel.Information, "{Application} | {Line}")]
    private static partial void LogLine(ILogger logger, Address application, string line);
}
