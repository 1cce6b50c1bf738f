namespace Rollups.Cli.Config;

/// <summary>What an import found.</summary>
internal sealed class ImportResult
{
    private readonly List<ImportedSetting> _settings = [];
    private readonly List<Finding> _findings = [];

    /// <summary>Our settings, in the order of go-node.txt. Empty where a value is wrong.</summary>
    public IReadOnlyList<ImportedSetting> Settings => IsRefused ? [] : _settings;

    /// <summary>Everything else that the operator must know.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Whether a value is wrong.</summary>
    public bool IsRefused => _findings.Any(finding => finding.Kind == FindingKind.Wrong);

    /// <summary>The variable that a setting has its value from, or null.</summary>
    public string? SourceOf(string setting) => _settings.Find(it => it.Setting == setting)?.Variable;

    public void Add(string setting, string value, string variable) => _settings.Add(new(setting, value, variable));

    public void Refuse(string variable, string sentence) => _findings.Add(new(FindingKind.Wrong, variable, null, sentence));

    public void Withhold(string variable, string setting, string sentence) =>
        _findings.Add(new(FindingKind.Withheld, variable, setting, sentence));

    public void WithoutCounterpart(string variable, string sentence) =>
        _findings.Add(new(FindingKind.WithoutCounterpart, variable, null, sentence));

    public void Note(string variable, string sentence) => _findings.Add(new(FindingKind.Note, variable, null, sentence));
}

/// <summary>One of our settings with its value.</summary>
/// <param name="Setting">Such as <c>Ethereum:ChainId</c>.</param>
/// <param name="Value">Its value.</param>
/// <param name="Variable">The Go node's variable that it comes from.</param>
internal sealed record ImportedSetting(string Setting, string Value, string Variable);

/// <summary>What an import reports of a variable.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Variable">The Go node's variable.</param>
/// <param name="Setting">Our setting that is withheld; otherwise null.</param>
/// <param name="Sentence">Follows the variable's name; never with a secret.</param>
internal sealed record Finding(FindingKind Kind, string Variable, string? Setting, string Sentence);

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
