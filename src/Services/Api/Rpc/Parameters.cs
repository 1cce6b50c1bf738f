using System.Text.Json.Nodes;
using Rollups.Api.Wire;
using Rollups.Domain;

namespace Rollups.Api.Rpc;

/// <summary>The parameters, one by one, as all methods share them.</summary>
internal static class Parameters
{
    public static readonly RpcParameter<ApplicationKey> Application = ParameterForms.Application(
        "application",
        "Address of the application contract, or the application's name on this node."
    );

    public static readonly RpcParameter<int> Limit = ParameterForms
        .Count("limit", $"Items of the page; absent or 0: {RpcLimits.DefaultPage}; at most {RpcLimits.LargestPage}.")
        .Optional;

    public static readonly RpcParameter<int> Offset = ParameterForms.Count("offset", "Items to skip.").Optional;

    public static readonly RpcParameter<bool> Descending = ParameterForms
        .Flag("descending", "Whether the last item comes first.")
        .Optional;

    public static readonly RpcParameter<ulong> From = ParameterForms.Number("from", "First index of the list, inclusive.").Optional;

    public static readonly RpcParameter<ulong> To = ParameterForms.Number("to", "Last index of the list, inclusive.").Optional;

    public static readonly RpcParameter<ulong> EpochIndex = ParameterForms.Number("epoch_index", "Index of the epoch.");

    public static readonly RpcParameter<ulong> VirtualIndex = ParameterForms.Number(
        "virtual_index",
        "Position of the epoch among the application's epochs, from 0 without gaps."
    );

    public static readonly RpcParameter<ulong> InputIndex = ParameterForms.Number("input_index", "Index of the input.");

    public static readonly RpcParameter<ulong> OutputIndex = ParameterForms.Number("output_index", "Index of the output.");

    public static readonly RpcParameter<ulong> ReportIndex = ParameterForms.Number("report_index", "Index of the report.");

    public static readonly RpcParameter<ulong> AccountIndex = ParameterForms.Number(
        "account_index",
        "Index of the account in the accounts drive."
    );

    public static readonly RpcParameter<Address> Sender = ParameterForms.Address("sender", "Account that sent the input.").Optional;

    public static readonly RpcParameter<Hash32> TransactionHash = ParameterForms.Hash("transaction_hash", "L1 transaction.").Optional;

    public static readonly RpcParameter<Hash32> TxHash = ParameterForms.Hash("tx_hash", "L1 transaction.");

    public static readonly RpcParameter<ulong> LogIndex = ParameterForms.Number("log_index", "Position of the log in its block.");

    public static readonly RpcParameter<Address> VoucherAddress = ParameterForms
        .Address("voucher_address", "Contract that the voucher calls.")
        .Optional;

    public static readonly RpcParameter<bool> Executed = ParameterForms
        .Flag("executed", "Whether an L1 transaction has executed the output.")
        .Optional;

    public static readonly RpcParameter<Address> TournamentAddress = ParameterForms.Address(
        "tournament_address",
        "The tournament contract."
    );

    public static readonly RpcParameter<Address> Address = ParameterForms.Address("address", "The tournament contract.");

    public static readonly RpcParameter<ulong> Level = ParameterForms
        .Number("level", "Level of the tournament; 0x0 is the root of an epoch.")
        .Optional;

    public static readonly RpcParameter<Address> ParentTournament = ParameterForms
        .Address("parent_tournament_address", "Tournament with the match that the tournament decides.")
        .Optional;

    public static readonly RpcParameter<Hash32> ParentMatch = ParameterForms
        .Hash("parent_match_id_hash", "Match that the tournament decides.")
        .Optional;

    public static readonly RpcParameter<Hash32> Commitment = ParameterForms.Hash("commitment", "Root of the commitment tree.");

    public static readonly RpcParameter<Hash32> IdHash = ParameterForms.Hash("id_hash", "Id hash of the match.");

    public static readonly RpcParameter<Hash32> Parent = ParameterForms.Hash("parent", "Node of the other side that the step disputes.");

    public static readonly RpcParameter<ValueList<string>> Status = ParameterForms
        .OneOrMore(
            "status",
            "Stage of the epoch.",
            () =>
                new JsonObject
                {
                    ["type"] = "string",
                    ["enum"] = new JsonArray([.. WireNames.EpochFilter.Select(word => (JsonNode)word)]),
                },
            $"one of {string.Join(", ", WireNames.EpochFilter)}",
            value => SentJson.TextOf(value) is { } word && WireNames.EpochFilter.Contains(word) ? word : null
        )
        .Optional;

    public static readonly RpcParameter<ValueList<string>> OutputType = ParameterForms
        .OneOrMore(
            "output_type",
            "Selector of the output, such as 0xc258d6e5 for a notice.",
            () => ParameterForms.Text("^0x[0-9a-fA-F]{8}$"),
            "a selector: 0x and 8 hex digits",
            value => SentJson.TextOf(value) is { Length: 10 } text && Hex.TryDecode(text, out _) ? text.ToLowerInvariant() : null
        )
        .Optional;

    /// <summary>What every list has.</summary>
    public static readonly IReadOnlyList<RpcParameter> Page = [Limit, Offset, Descending];
}
