using Rollups.Cli.Output;
using Rollups.Persistence;

namespace Rollups.Cli.Outbox;

/// <summary>A message that was set aside.</summary>
internal sealed record DeadMessage(long Id, Guid MessageId, string Type, string? Destination, DateTimeOffset FailedAt, string Error);
