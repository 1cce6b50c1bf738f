using Rollups.Domain;

namespace Rollups.Api.Wire;

/// <summary>A report.</summary>
internal sealed record WireReport
{
    public required ulong EpochIndex { get; init; }
    public required ulong InputIndex { get; init; }
    public required ulong Index { get; init; }
    public required byte[] RawData { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>A report never changes.</summary>
    public DateTimeOffset UpdatedAt => CreatedAt;

    public static WireReport From(Report row) =>
        new()
        {
            EpochIndex = row.EpochIndex,
            InputIndex = row.InputIndex,
            Index = row.Index,
            RawData = row.RawData,
            CreatedAt = row.CreatedAt,
        };
}
