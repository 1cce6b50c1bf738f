using System.Numerics;
using System.Text.Json.Serialization;
using Rollups.Cli.Read;
using Rollups.Domain;

namespace Rollups.Cli.L1;

/// <summary>A transaction in a block, and what it cost.</summary>
/// <param name="TransactionHash">Its hash.</param>
/// <param name="BlockNumber">Its block.</param>
/// <param name="Account">The account that paid.</param>
/// <param name="Nonce">Its nonce of the account.</param>
/// <param name="GasUsed">Gas units.</param>
/// <param name="FeeWei">Wei for the gas.</param>
/// <param name="ValueWei">Wei that it transferred.</param>
/// <param name="Logs">Its event logs.</param>
internal sealed record SentTransaction(
    Hash32 TransactionHash,
    ulong BlockNumber,
    Address Account,
    ulong Nonce,
    ulong GasUsed,
    BigInteger FeeWei,
    BigInteger ValueWei,
    [property: JsonIgnore] IReadOnlyList<LogEntry> Logs
)
{
    /// <summary>The lines of a record: transaction, block, and who paid how much.</summary>
    public IReadOnlyList<(string Name, string? Value)> Lines =>
        [
            ("transaction", TransactionHash.ToString()),
            ("block", $"{BlockNumber}"),
            ("paid by", $"{Account}"),
            ("fee", $"{Ether.Of(FeeWei)} for {GasUsed} gas"),
            ("value", ValueWei.IsZero ? null : Ether.Of(ValueWei)),
        ];
}
