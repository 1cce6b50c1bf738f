using Rollups.Domain;

namespace Rollups.Api.Wire;

/// <summary>Contracts 2.2.0 have no withdrawals: every member is zero.</summary>
internal sealed record WireWithdrawalConfig
{
    public Address Guardian { get; init; }
    public ulong Log2LeavesPerAccount { get; init; }
    public ulong Log2MaxNumOfAccounts { get; init; }
    public ulong AccountsDriveStartIndex { get; init; }
    public Address WithdrawalOutputBuilder { get; init; }
}
