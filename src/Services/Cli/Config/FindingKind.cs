namespace Rollups.Cli.Config;

/// <summary>Kinds of <see cref="Finding"/>.</summary>
internal enum FindingKind
{
    /// <summary>A value that cannot be translated: the import is refused.</summary>
    Wrong,

    /// <summary>A secret that is not printed.</summary>
    Withheld,

    /// <summary>Nothing of ours stands for the variable.</summary>
    WithoutCounterpart,

    /// <summary>Anything else.</summary>
    Note,
}
