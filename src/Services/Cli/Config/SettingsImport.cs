using Rollups.Hosting;
using Rollups.Node;

namespace Rollups.Cli.Config;

/// <summary>Translates the variables of the Go node into our settings.</summary>
/// <param name="process">The one service of the process, or <see cref="GoVariable.WholeNode"/>.</param>
/// <param name="withSecrets">Whether secrets are part of the settings.</param>
internal sealed class SettingsImport(string process, bool withSecrets)
{
    private const int LongestSecretFile = 4096;
    private const int LongestName = 80;

    /// <summary>
    /// Reads every variable that begins with <see cref="GoVariable.Prefix"/>; an empty one counts as absent, as in the Go node.
    /// </summary>
    public ImportResult Run(EnvironmentSource source)
    {
        var result = new ImportResult();
        var values = source
            .Variables.Where(pair => pair.Key.StartsWith(GoVariable.Prefix, StringComparison.Ordinal) && pair.Value.Length > 0)
            .ToDictionary(StringComparer.Ordinal);
        foreach (var (name, sentence) in source.Notes)
            result.Note(name, sentence);

        var isSignerDone = false;
        foreach (var variable in GoVariables.All.Where(variable => values.ContainsKey(variable.Name)))
        {
            if (variable.Targets.Count == 0)
                result.WithoutCounterpart(variable.Name, PlainText(variable.Remark));
            else if (!variable.AppliesTo(process))
                result.Note(variable.Name, OfAnotherProcess(variable));
            else if (!variable.IsOfSigner)
                Add(result, variable, values[variable.Name]);
            else if (!isSignerDone)
            {
                isSignerDone = true;
                new GoSigner(process, values).Import(result, (row, value) => Add(result, row, value));
            }
        }
        var known = GoVariables.All.Select(variable => variable.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in values.Keys.Where(name => !known.Contains(name)).Order(StringComparer.Ordinal))
            result.WithoutCounterpart(name.Length > LongestName ? name[..LongestName] + "..." : name, Unknown(name));
        return result;
    }

    private static string Unknown(string name) =>
        GoVariables.Nearest(name) is { } nearest
            ? $"The Go node has no such variable: did you mean {nearest}?"
            : "The Go node has no such variable, as far as this node knows.";

    private string OfAnotherProcess(GoVariable variable)
    {
        var services = variable.Processes.Where(service => service != GoVariable.WholeNode).ToList();
        var isOfNode = variable.Processes.Contains(GoVariable.WholeNode);
        var sentence =
            services.Count == 0 ? "is for one process with all services: run this without --service."
            : isOfNode ? $"is for a process of {services[0]} or of all services: run this with --service {services[0]}, or without it."
            : $"is for a process of {services[0]} alone: run this with --service {services[0]}.";
        return process == GoVariable.WholeNode && variable.Remark.Length > 0 ? $"{sentence} {PlainText(variable.Remark)}" : sentence;
    }

    private void Add(ImportResult result, GoVariable variable, string text)
    {
        if (variable.IsFileWithSecret)
        {
            AddFile(result, variable, text);
            return;
        }
        Add(result, variable, GoTranslations.Translate(variable.Translation, text));
    }

    private void AddFile(ImportResult result, GoVariable variable, string path)
    {
        if (!withSecrets)
        {
            result.Withhold(
                variable.Name,
                variable.Targets[0].Setting,
                $"names a file with a secret, and no setting takes such a file: set {Variable(variable.Targets[0].Setting)} yourself, or "
                    + "run this with --with-secrets to print the file's content."
            );
            return;
        }
        // Neither the path, which may be the secret itself by mistake, nor the content is repeated.
        string content;
        try
        {
            using var reader = new StreamReader(path);
            var buffer = new char[LongestSecretFile + 1];
            var length = reader.ReadBlock(buffer);
            if (length > LongestSecretFile)
            {
                result.Refuse(
                    variable.Name,
                    $"names a file of more than {LongestSecretFile} characters: name one that holds the value alone."
                );
                return;
            }
            content = new string(buffer, 0, length).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            result.Refuse(
                variable.Name,
                $"names a file that cannot be read ({exception.GetType().Name}): run this where the file is, as a user who may read it."
            );
            return;
        }
        Add(
            result,
            variable,
            content.Length == 0
                ? Translated.Wrong("names an empty file: put the value into it.")
                : GoTranslations.Translate(variable.TranslationOfContent, content)
        );
    }

    private void Add(ImportResult result, GoVariable variable, Translated translated)
    {
        if (translated.Problem is { } problem)
        {
            result.Refuse(variable.Name, problem);
            return;
        }
        if (translated == Translated.LeftOut)
        {
            result.Note(variable.Name, $"has a value that means the default: {variable.Targets[0].Setting} is left out.");
            return;
        }
        if (variable.Targets.Select(target => result.SourceOf(target.Setting)).FirstOrDefault(source => source is not null) is { } source)
        {
            result.Note(variable.Name, $"is not used: {source} is set too and goes before it.");
            return;
        }
        if (translated.Secret is not null && !withSecrets)
            result.Withhold(
                variable.Name,
                variable.Targets[0].Setting,
                Instead(variable.Targets[0].Setting, translated.Value is not null)
            );
        foreach (var target in variable.Targets)
        {
            var value = target.Fixed ?? (withSecrets ? translated.Secret : null) ?? translated.Value;
            if (value is null)
                continue;
            // Not every target is one of the options: log levels are the log's own.
            if (KnownSettings.All.FirstOrDefault(setting => setting.Name == target.Setting)?.Refuse(value) is { } refusal)
                result.Refuse(variable.Name, $"cannot be used here. {refusal}");
            else
                result.Add(target.Setting, value, variable.Name);
        }
        if (variable.IsRemarkPrinted)
            result.Note(variable.Name, $"is translated. {PlainText(variable.Remark)}");
    }

    // How to give the secret to the node without printing it.
    private static string Instead(string setting, bool isPart) =>
        setting switch
        {
            "Database:ConnectionString" when isPart =>
                "holds a password, which is left out: give it to the node as PGPASSWORD or in a Passfile, or run this with "
                    + "--with-secrets.",
            "Signer:PrivateKey" => $"is a secret and is not printed: put it into a file for the node's user alone (chmod 600), and set "
                + $"{Variable("Signer:Kind")}=private-key-file and {Variable("Signer:PrivateKeyFile")}=PATH; or set {Variable(setting)} "
                + "yourself; or run this with --with-secrets.",
            "Signer:Mnemonic" => $"is a secret and is not printed: put it into a file for the node's user alone (chmod 600), and set "
                + $"{Variable("Signer:Kind")}=mnemonic-file and {Variable("Signer:MnemonicFile")}=PATH; or set {Variable(setting)} "
                + "yourself; or run this with --with-secrets.",
            _ => $"may hold a key and is not printed: set {Variable(setting)} yourself, or run this with --with-secrets.",
        };

    /// <summary>The variable that sets one of our settings.</summary>
    public static string Variable(string setting) => RollupsHost.EnvironmentPrefix + setting.Replace(":", "__", StringComparison.Ordinal);

    private static string PlainText(string markdown) => markdown.Replace("`", "", StringComparison.Ordinal);
}
