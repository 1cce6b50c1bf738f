using System.Text.Json.Serialization;
using Rollups.Cli.Http;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary>An epoch in a list. What the API lacks is null.</summary>
internal sealed record EpochRow(
    ulong Index,
    ulong VirtualIndex,
    EpochStatus Status,
    DateTimeOffset? StatusSince,
    ulong FirstBlock,
    ulong LastBlock,
    ulong InputIndexLowerBound,
    ulong InputIndexUpperBound,
    Hash32? MachineHash,
    Hash32? OutputsMerkleRoot,
    Address? TournamentAddress,
    Hash32? Commitment,
    Hash32? ClaimTransactionHash,
    Hash32? AcceptanceTransactionHash,
    bool? IsProvisional,
    int? ClaimRound
)
{
    /// <summary>Its inputs, such as <c>4-6</c>; a dash for none.</summary>
    [JsonIgnore]
    public string Inputs =>
        InputIndexLowerBound == InputIndexUpperBound ? "-"
        : InputIndexLowerBound + 1 == InputIndexUpperBound ? $"{InputIndexLowerBound}"
        : $"{InputIndexLowerBound}-{InputIndexUpperBound - 1}";

    /// <summary>What the status does not say.</summary>
    [JsonIgnore]
    public string? Remark =>
        (ClaimRound, IsProvisional) switch
        {
            (null, _) or (0, false) => null,
            (0, _) => "its block is not final yet",
            (_, false) => $"L1 reverted the claim {ClaimRound}x",
            _ => $"L1 reverted the claim {ClaimRound}x; its block is not final yet",
        };

    public static EpochRow Of(Epoch epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        return new(
            epoch.Index,
            epoch.VirtualIndex,
            epoch.Status,
            Since(epoch),
            epoch.FirstBlock,
            epoch.LastBlock,
            epoch.InputIndexLowerBound,
            epoch.InputIndexUpperBound,
            epoch.MachineHash,
            epoch.OutputsMerkleRoot,
            epoch.TournamentAddress,
            epoch.Commitment,
            epoch.ClaimTransactionHash,
            epoch.AcceptanceTransactionHash,
            epoch.IsProvisional,
            epoch.ClaimRound
        );
    }

    private static DateTimeOffset Since(Epoch epoch) =>
        epoch.Status switch
        {
            EpochStatus.Open => epoch.OpenedAt,
            EpochStatus.Closed => epoch.ClosedAt,
            EpochStatus.InputsProcessed => epoch.InputsProcessedAt,
            EpochStatus.ClaimCalculated when epoch.ClaimRound > 0 => epoch.ClaimRevertedAt,
            EpochStatus.ClaimCalculated => epoch.ClaimCalculatedAt,
            EpochStatus.ClaimSubmitted => epoch.ClaimSubmittedAt,
            _ => epoch.ClaimSettledAt,
        } ?? epoch.UpdatedAt;

    /// <summary>The same from the API, whose lists lack some of it.</summary>
    public static EpochRow Of(WireRow row) =>
        new(
            row.Number("index"),
            row.Number("virtual_index"),
            row.Stage("status"),
            null,
            row.Number("first_block"),
            row.Number("last_block"),
            row.Number("input_index_lower_bound"),
            row.Number("input_index_upper_bound"),
            row.FindHash("machine_hash"),
            row.FindHash("outputs_merkle_root"),
            row.FindAddress("tournament_address"),
            row.FindHash("commitment"),
            row.FindHash("claim_transaction_hash"),
            null,
            null,
            null
        );
}
