using System.CommandLine;
using Rollups.Cli.Send;
using Rollups.Domain;

namespace Rollups.Cli.Deposit;

/// <summary>A parsed deposit.</summary>
internal sealed record DepositRequest(ParseResult Parsed, Address Account, Address Portal, Address Application, byte[] ExecLayerData);
