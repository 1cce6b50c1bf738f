using Rollups.Domain;

namespace Rollups.Api.Wire;

/// <summary>Where the words on the wire differ from those in the database.</summary>
internal static class WireNames
{
    /// <summary>What published clients call <see cref="EpochStatus.ClaimCalculated"/>.</summary>
    public const string ClaimComputed = "CLAIM_COMPUTED";

    // Later contracts have these; no epoch of this node is ever in one, so a filter finds nothing.
    private static readonly string[] Later = ["CLAIM_STAGED", "CLAIM_FORECLOSED"];

    /// <summary>Words of the stages that epochs have.</summary>
    public static IReadOnlyList<string> EpochStages { get; } = [.. Enum.GetValues<EpochStatus>().Select(Of)];

    /// <summary>Words that the filter by stage takes.</summary>
    public static IReadOnlyList<string> EpochFilter { get; } = [.. EpochStages, .. Later];

    /// <summary>The word of a stage.</summary>
    public static string Of(EpochStatus status) => status == EpochStatus.ClaimCalculated ? ClaimComputed : EnumNames.Of(status);

    /// <summary>The stage of a word; null for a stage of later contracts.</summary>
    public static EpochStatus? Stage(string word) =>
        word == ClaimComputed ? EpochStatus.ClaimCalculated
        : Later.Contains(word) ? null
        : EnumNames.Parse<EpochStatus>(word);

    /// <summary>Health of an application: OK, or the kind of its fault.</summary>
    public static string StatusOf(Application application) => application.ReasonKind is { } kind ? EnumNames.Of(kind) : "OK";

    /// <summary>Health and the operator's intent in one word, as the first published clients read it.</summary>
    public static string StateOf(Application application) =>
        application switch
        {
            { State: ApplicationState.Disabled } => "DISABLED",
            { State: ApplicationState.Enabled } => "ENABLED",
            { ReasonKind: InoperableKind.Failed } => "FAILED",
            _ => "INOPERABLE",
        };
}
