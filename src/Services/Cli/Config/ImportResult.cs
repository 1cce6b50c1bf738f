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
