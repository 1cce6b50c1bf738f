using Rollups.Domain;

namespace Rollups.Api.Wire;

/// <summary>A withdrawal, which only later contracts know: no node with contracts 2.2.0 has one.</summary>
internal sealed record WireWithdrawal
{
    public required ulong AccountIndex { get; init; }
    public required byte[] Account { get; init; }
    public required byte[] Output { get; init; }
    public required ulong BlockNumber { get; init; }
    public required Hash32 TransactionHash { get; init; }
    public required ulong LogIndex { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}
