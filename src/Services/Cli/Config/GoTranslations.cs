using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Rollups.Cli.Config;

/// <summary>How a value of the Go node becomes one of ours. Pure: no file, no network.</summary>
internal static partial class GoTranslations
{
    // Longer than any setting of use; the environment has room for more.
    private const int Longest = 4096;

    private static readonly Dictionary<string, (string Words, Func<string, Translated> Translate)> Known = new(StringComparer.Ordinal)
    {
        ["text"] = ("as it is", Translated.Of),
        ["origins"] = ("as it is", Translated.Of),
        ["number"] = ("as it is", Number),
        ["boolean"] = ("`true` or `false`, also for Go's `1`, `t`, `0`, `f`", text => Boolean(text, value => value)),
        ["opposite"] = ("the opposite: `true` becomes `false`", text => Boolean(text, value => !value)),
        ["seconds"] = ("`12` becomes `00:00:12`", Seconds),
        ["seconds-or-default"] = (
            "`12` becomes `00:00:12`",
            text => Seconds(text) is { Value: "00:00:00" } ? Translated.LeftOut : Seconds(text)
        ),
        ["http-url"] = ("as it is; a secret if it has a user, a path or a query", text => Endpoint(text, "http", "https")),
        ["ws-url"] = ("as it is; a secret if it has a user, a path or a query", text => Endpoint(text, "ws", "wss")),
        ["database-url"] = ("`postgres://` becomes a connection string of Npgsql; the password is a secret", GoDatabaseUrl.Translate),
        ["block-tag"] = (
            "as it is",
            text => Word(text, [("finalized", "finalized"), ("safe", "safe"), ("latest", "latest"), ("pending", "pending")])
        ),
        ["log-level"] = (
            "`debug`, `info`, `warn`, `error` become `Debug`, `Information`, `Warning`, `Error`",
            text =>
                Word(text, [("debug", "Debug"), ("info", "Information"), ("warn", "Warning"), ("error", "Error"), ("warning", "Warning")])
        ),
        ["signer-kind"] = (
            "`_` becomes `-`, and `aws` becomes `aws-kms`",
            text =>
                Word(
                    text,
                    [
                        ("private_key", "private-key"),
                        ("private_key_file", "private-key-file"),
                        ("mnemonic", "mnemonic"),
                        ("mnemonic_file", "mnemonic-file"),
                        ("aws", "aws-kms"),
                    ]
                )
        ),
        ["listen-address"] = ("`:10000` becomes `0.0.0.0:10000`, `localhost` becomes `127.0.0.1`", ListenAddress),
        ["path"] = ("as it is", Translated.Of),
        ["private-key"] = ("a secret", PrivateKey),
        ["mnemonic"] = ("a secret", Mnemonic),
    };

    /// <summary>How the values change, for the documents.</summary>
    public static string WordsOf(GoVariable variable) =>
        variable.IsFileWithSecret ? "with `--with-secrets`, the file's content" : Known[variable.Translation].Words;

    /// <summary>Translates one value.</summary>
    /// <param name="translation">Name of the translation.</param>
    /// <param name="text">The value, not empty.</param>
    public static Translated Translate(string translation, string text)
    {
        if (text.Length > Longest)
            return Translated.Wrong($"has {text.Length} characters: give {Longest} at most.");
        if (text.Any(char.IsControl))
            return Translated.Wrong("holds a line break or another control character: give one line of text.");
        // A secret in the wrong variable must not be repeated by the sentence that refuses it.
        if (translation is not ("private-key" or "mnemonic") && LooksSecret().IsMatch(text))
            return Translated.Wrong("holds what looks like a key or a mnemonic: give what the variable is for.");
        return Known[translation].Translate(text);
    }

    private static Translated Number(string text)
    {
        if (
            text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
        )
            return Translated.Of(number.ToString(CultureInfo.InvariantCulture));
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            ? Translated.Of(number.ToString(CultureInfo.InvariantCulture))
            : Translated.Wrong(text, $"give a whole number from 0 to {ulong.MaxValue}");
    }

    // The spellings of Go's strconv.ParseBool.
    private static Translated Boolean(string text, Func<bool, bool> change) =>
        text switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => Translated.Of(change(true) ? "true" : "false"),
            "0" or "f" or "F" or "false" or "FALSE" or "False" => Translated.Of(change(false) ? "true" : "false"),
            _ => Translated.Wrong(text, "use true or false"),
        };

    // The Go node appends an s to the text and parses it as a duration of Go, so that 3, 0.5 and 1m30 all mean something.
    private static Translated Seconds(string text)
    {
        if (GoDuration().Match(text + "s") is not { Success: true } match)
            return Translated.Wrong(text, "give a number of seconds without a unit, such as 3 or 0.5");
        var seconds = 0d;
        for (var part = 0; part < match.Groups["number"].Captures.Count; part++)
        {
            var number = double.Parse(match.Groups["number"].Captures[part].Value, CultureInfo.InvariantCulture);
            seconds += number * SecondsIn(match.Groups["unit"].Captures[part].Value);
        }
        if (seconds > TimeSpan.FromDays(365).TotalSeconds)
            return Translated.Wrong(text, "give a year at most, in seconds");
        var time = TimeSpan.FromSeconds(seconds).ToString("c", CultureInfo.InvariantCulture);
        return Translated.Of(time.LastIndexOf('.') > time.LastIndexOf(':') ? time.TrimEnd('0') : time);
    }

    private static double SecondsIn(string unit) =>
        unit switch
        {
            "h" => 3600,
            "m" => 60,
            "s" => 1,
            "ms" => 1e-3,
            "ns" => 1e-9,
            _ => 1e-6,
        };

    private static Translated Word(string text, ReadOnlySpan<(string Theirs, string Ours)> words)
    {
        foreach (var (theirs, ours) in words)
        {
            if (theirs == text)
                return Translated.Of(ours);
        }
        var all = words.ToArray().Select(word => word.Theirs).ToList();
        return Translated.Wrong(text, $"the Go node knows {string.Join(", ", all[..^1])} and {all[^1]}");
    }

    // Providers put their keys into the user, the path or the query. The sentence never repeats the text.
    private static Translated Endpoint(string text, params ReadOnlySpan<string> schemes)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || !schemes.Contains(url.Scheme) || url.Host.Length == 0)
            return Translated.Wrong(
                $"is not a URL with {schemes[0]} or {schemes[1]}: give one with a host, such as {schemes[0]}://127.0.0.1:8545."
            );
        return url.UserInfo.Length == 0 && url.PathAndQuery is "" or "/" ? Translated.Of(text) : Translated.Hidden(text);
    }

    private static Translated ListenAddress(string text)
    {
        const string remedy = "give an IP address and a port, such as 127.0.0.1:10000";
        var address =
            text.StartsWith(':') ? "0.0.0.0" + text
            : text.StartsWith("localhost:", StringComparison.Ordinal) ? "127.0.0.1" + text["localhost".Length..]
            : text;
        return
            IPEndPoint.TryParse(address, out _)
            && address.LastIndexOf(':') is var colon and > 0
            && int.TryParse(address[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? Translated.Of(address)
            : Translated.Wrong(text, remedy);
    }

    private static Translated PrivateKey(string text) =>
        Key().Match(text.Trim()) is { Success: true } match
            ? Translated.Hidden("0x" + match.Groups[1].Value)
            : Translated.Wrong("is not a private key: give 64 hex digits, with or without 0x before them.");

    private static Translated Mnemonic(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length is 12 or 15 or 18 or 21 or 24
            ? Translated.Hidden(string.Join(' ', words))
            : Translated.Wrong($"is not a mnemonic: give 12, 15, 18, 21 or 24 words; it has {words.Length}.");
    }

    [GeneratedRegex(@"^(?:(?<number>[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})(?<unit>ns|us|µs|μs|ms|s|m|h))+$")]
    private static partial Regex GoDuration();

    [GeneratedRegex(@"^(?:0[xX])?([0-9a-fA-F]{64})$")]
    private static partial Regex Key();

    [GeneratedRegex(@"^\s*(?:(?:0[xX])?[0-9a-fA-F]{64}|(?:[a-z]+\s+){11,}[a-z]+)\s*$")]
    private static partial Regex LooksSecret();
}
