using System.Diagnostics.Metrics;
using System.Numerics;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;

namespace Rollups.Transactions;

/// <summary>Costs and outcomes of transactions.</summary>
internal static class TransactionMetrics
{
    private static readonly Counter<long> Ended = Telemetry.Meter.CreateCounter<long>(
        "rollups.transactions.ended",
        "{transaction}",
        "Transactions that came to their end, by outcome: confirmed, reverted, lost race, dropped"
    );
    private static readonly Counter<long> Replaced = Telemetry.Meter.CreateCounter<long>(
        "rollups.transactions.replaced",
        "{transaction}",
        "Stuck transactions that were replaced with higher fees"
    );
    private static readonly Counter<long> Gas = Telemetry.Meter.CreateCounter<long>(
        "rollups.transactions.gas",
        "{gas}",
        "Gas that mined transactions used, by application"
    );
    private static readonly Counter<double> Spent = Telemetry.Meter.CreateCounter<double>(
        "rollups.transactions.spent",
        "gwei",
        "What that gas cost, by application"
    );
    private static readonly Gauge<double> Fee = Telemetry.Meter.CreateGauge<double>(
        "rollups.transactions.max_fee",
        "gwei",
        "What the last signed transaction offers for a gas unit, at most"
    );
    private static readonly Gauge<double> Balance = Telemetry.Meter.CreateGauge<double>(
        "rollups.signer.balance",
        "ether",
        "What the signing account has"
    );

    public static double InGwei(BigInteger wei) => (double)wei / 1e9;

    public static double InEther(BigInteger wei) => (double)wei / 1e18;

    public static void HasEnded(string application, TransactionKind kind, TransactionState state, TransactionReceipt? receipt)
    {
        KeyValuePair<string, object?>[] tags =
        [
            new("application", application),
            new("kind", EnumNames.Of(kind)),
            new("outcome", EnumNames.Of(state)),
        ];
        Ended.Add(1, tags);
        if (receipt is null)
            return;
        Gas.Add((long)receipt.GasUsed, tags);
        Spent.Add(InGwei(receipt.GasUsed * receipt.EffectiveGasPrice), tags);
    }

    public static void WasReplaced(string application, TransactionKind kind) =>
        Replaced.Add(1, new("application", application), new("kind", EnumNames.Of(kind)));

    public static void Offers(TransactionFees fees) => Fee.Record(InGwei(fees.MaxFeePerGas));

    public static void Has(Address signer, BigInteger wei) =>
        Balance.Record(InEther(wei), new KeyValuePair<string, object?>("signer", signer.ToString()));
}
