using Rollups.Cli.Http;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary>An input in a list.</summary>
internal sealed record InputRow(
    ulong Index,
    ulong EpochIndex,
    InputStatus Status,
    ulong BlockNumber,
    DateTimeOffset? BlockTime,
    Address? Sender,
    byte[] Payload,
    Hash32 TransactionHash,
    ulong LogIndex,
    Hash32? MachineHash,
    Hash32? OutputsMerkleRoot,
    byte[]? ExceptionData,
    DateTimeOffset CreatedAt
)
{
    public static InputRow Of(Input input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var call = Decode(input.RawData);
        return new(
            input.Index,
            input.EpochIndex,
            input.Status,
            input.BlockNumber,
            TimeOf(call),
            call?.Sender,
            call?.Payload ?? input.RawData,
            input.TransactionHash,
            input.LogIndex,
            input.MachineHash,
            input.OutputsMerkleRoot,
            input.ExceptionData,
            input.CreatedAt
        );
    }

    private static EvmAdvance? Decode(byte[] raw)
    {
        try
        {
            return EvmAdvance.Decode(raw);
        }
        catch (AbiException)
        {
            return null;
        }
    }

    /// <summary>The same from the API.</summary>
    public static InputRow Of(WireRow row)
    {
        var raw = row.Bytes("raw_data");
        var call = Decode(raw);
        return new(
            row.Number("index"),
            row.Number("epoch_index"),
            row.Word<InputStatus>("status"),
            row.Number("block_number"),
            TimeOf(call),
            call?.Sender,
            call?.Payload ?? raw,
            row.Hash("transaction_hash"),
            row.Number("log_index"),
            row.FindHash("machine_hash"),
            row.FindHash("outputs_hash"),
            row.FindBytes("exception_data"),
            row.Time("created_at")
        );
    }

    private static DateTimeOffset? TimeOf(EvmAdvance? call) =>
        call is { BlockTimestamp: var seconds } && seconds <= uint.MaxValue ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;
}
