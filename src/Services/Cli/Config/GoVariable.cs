namespace Rollups.Cli.Config;

/// <summary>A variable of the Go node, and what this node has instead.</summary>
/// <param name="Table">Title of its table in the documents.</param>
/// <param name="Name">Such as <c>CARTESI_LOG_LEVEL</c>.</param>
/// <param name="Type">Type of its value, in a word.</param>
/// <param name="Default">Its default in the Go node; empty: none.</param>
/// <param name="Processes">Services whose processes alone read it, or <c>node</c>; empty: every process.</param>
/// <param name="Translation">A name from <see cref="GoTranslations"/>, or <see cref="None"/>.</param>
/// <param name="Targets">Our settings; empty without a counterpart.</param>
/// <param name="Remark">What the operator must know, or why there is no counterpart; Markdown.</param>
/// <param name="IsRemarkPrinted">Whether the import prints the remark although the variable has a counterpart.</param>
internal sealed record GoVariable(
    string Table,
    string Name,
    string Type,
    string Default,
    IReadOnlyList<string> Processes,
    string Translation,
    IReadOnlyList<GoTarget> Targets,
    string Remark,
    bool IsRemarkPrinted
)
{
    /// <summary>What all names begin with.</summary>
    public const string Prefix = "CARTESI_";

    /// <summary>The process that runs every service.</summary>
    public const string WholeNode = "node";

    /// <summary>The translation of a variable without a counterpart.</summary>
    public const string None = "none";

    private const string SignerSection = "Signer:";
    private const string FileSuffix = "-file";

    /// <summary>Whether the setting belongs to the signer, whose settings depend on its kind.</summary>
    public bool IsOfSigner => Targets is [{ Setting: var setting }] && setting.StartsWith(SignerSection, StringComparison.Ordinal);

    /// <summary>Whether the value is the path of a file that holds a value with a secret.</summary>
    public bool IsFileWithSecret => Translation.EndsWith(FileSuffix, StringComparison.Ordinal);

    /// <summary>The translation of the value, or of the file's content.</summary>
    public string TranslationOfContent => IsFileWithSecret ? Translation[..^FileSuffix.Length] : Translation;

    /// <summary>Whether a process reads it.</summary>
    /// <param name="process">The one service of the process, or <see cref="WholeNode"/>.</param>
    public bool AppliesTo(string process) => Processes.Count == 0 || Processes.Contains(process);
}
