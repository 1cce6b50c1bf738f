namespace Rollups.Domain;

/// <summary>What an operator can do about a stopped application.</summary>
public static class StopRemedy
{
    /// <summary>Whether the cause can be mended without another application, another machine or another database.</summary>
    public static bool MayBeEnabled(this InoperableKind kind) => kind == InoperableKind.Failed;

    /// <summary>One or two sentences, with the commands.</summary>
    /// <param name="kind">Kind of the fault.</param>
    /// <param name="name">The operator's name of the application.</param>
    public static string Of(InoperableKind kind, string name) =>
        kind switch
        {
            InoperableKind.Failed => $"Mend the cause that the reason names, then run 'rollups app enable {name}'.",
            InoperableKind.Diverged =>
                "Replace the machine or the version of the node that computed the other result. Then run 'rollups app "
                    + $"remove {name}' and register the application again, so that the node computes it anew.",
            InoperableKind.Corrupted => "Replace the stored data: restore the database, or run 'rollups app remove "
                + $"{name}' and register the application again, so that the node reads it from L1 anew.",
            InoperableKind.L1Stuck =>
                "No transaction can change its consensus contract: deploy the application anew with another one, and " + "register that.",
            _ => "Its own program must be replaced: deploy a corrected application, and register that.",
        };
}
