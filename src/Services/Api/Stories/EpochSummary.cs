using Rollups.Domain;

namespace Rollups.Api.Stories;

/// <summary>An epoch in the list of GET /epochs.</summary>
internal sealed record EpochSummary
{
    public required Address Application { get; init; }
    public required string ApplicationName { get; init; }
    public required ulong Index { get; init; }
    public required EpochStatus State { get; init; }

    /// <summary>When it entered the state.</summary>
    public required DateTimeOffset? Since { get; init; }
    public required ulong FirstBlock { get; init; }
    public required ulong LastBlock { get; init; }
    public required ulong Inputs { get; init; }
}
