using Rollups.Cli.Output;
using Rollups.Persistence;

namespace Rollups.Cli.Outbox;

/// <summary>A cause of messages that were set aside.</summary>
internal sealed record DeadCause(string Cause, int Messages, string Type, DateTimeOffset First, DateTimeOffset Last, string Error);
