using Rollups.Cli.Read;
using Rollups.Cli.Send;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Cli.Deposit;

/// <summary>The call of the portal, and what the token must allow before it.</summary>
internal sealed record DepositPlan(CallRequest Call, TokenAllowance? Allowance);
