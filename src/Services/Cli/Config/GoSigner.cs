namespace Rollups.Cli.Config;

/// <summary>
/// Which of the Go node's variables for keys count. There, as here, the kind decides; but the Go node ignores the others, and takes the
/// file for a kind whose own variable is empty, whereas this node refuses a setting of another kind.
/// </summary>
/// <param name="process">The one service of the process, or <see cref="GoVariable.WholeNode"/>.</param>
/// <param name="values">The values by name of the variable.</param>
internal sealed class GoSigner(string process, IReadOnlyDictionary<string, string> values)
{
    private readonly Dictionary<string, GoVariable> _rows = GoVariables
        .All.Where(variable => variable.IsOfSigner && variable.AppliesTo(process))
        .ToDictionary(variable => variable.Targets[0].Setting, StringComparer.Ordinal);

    /// <summary>Adds the settings of the one kind in force; those of other kinds become notes.</summary>
    public void Import(ImportResult result, Action<GoVariable, string> add)
    {
        if (!_rows.Values.Any(IsSet))
            return;
        var kind = _rows["Signer:Kind"];
        var word = IsSet(kind) ? values[kind.Name] : kind.Default;
        var used = new HashSet<string> { kind.Name };
        switch (word)
        {
            case "private_key":
                AddKey(kind, word, "Signer:PrivateKey", "Signer:PrivateKeyFile");
                break;
            case "private_key_file":
                AddKey(kind, word, "Signer:PrivateKeyFile");
                break;
            case "mnemonic":
                AddKey(kind, word, "Signer:Mnemonic", "Signer:MnemonicFile");
                AddAccount();
                break;
            case "mnemonic_file":
                AddKey(kind, word, "Signer:MnemonicFile");
                AddAccount();
                break;
            case "aws":
                AddKey(kind, word, "Signer:AwsKmsKeyId");
                AddIfSet("Signer:AwsRegion");
                AddIfSet("Signer:AwsEndpoint");
                break;
            default:
                // The translation refuses it, and nothing else can be judged.
                add(kind, word);
                return;
        }
        foreach (var row in _rows.Values.Where(row => IsSet(row) && !used.Contains(row.Name)))
            result.Note(row.Name, $"is not used, in the Go node neither: {kind.Name} is {word}{(IsSet(kind) ? "" : " by default")}.");

        // The first of the settings whose variable is set.
        void AddKey(GoVariable kindRow, string kindWord, params IReadOnlyList<string> settings)
        {
            var rows = settings.Select(setting => _rows[setting]).ToList();
            if (rows.FirstOrDefault(IsSet) is not { } row)
            {
                var names = string.Join(" nor ", rows.Select(candidate => candidate.Name));
                result.Refuse(
                    kindRow.Name,
                    $"is {kindWord}{(IsSet(kindRow) ? "" : " by default")}, but {(rows.Count > 1 ? "neither " : "")}{names} is "
                        + $"{(rows.Count > 1 ? "" : "not ")}set: set it, or set {kindRow.Name} to the kind of your key."
                );
                return;
            }
            used.Add(row.Name);
            add(kindRow, row.Targets[0].Setting.EndsWith("File", StringComparison.Ordinal) ? FileKind(kindWord) : kindWord);
            add(row, values[row.Name]);
        }

        void AddAccount()
        {
            var row = _rows["Signer:AccountIndex"];
            used.Add(row.Name);
            // Another default than ours would be another account.
            if (IsSet(row) || row.Default != "0")
                add(row, IsSet(row) ? values[row.Name] : row.Default);
        }

        void AddIfSet(string setting)
        {
            if (!_rows.TryGetValue(setting, out var row) || !IsSet(row))
                return;
            used.Add(row.Name);
            add(row, values[row.Name]);
        }
    }

    private static string FileKind(string word) => word.EndsWith("_file", StringComparison.Ordinal) ? word : word + "_file";

    private bool IsSet(GoVariable variable) => values.ContainsKey(variable.Name);
}
