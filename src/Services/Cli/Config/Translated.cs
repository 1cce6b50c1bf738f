namespace Rollups.Cli.Config;

/// <summary>A value of the Go node as one of ours, or why it cannot be one.</summary>
/// <param name="Value">What may be printed; null: nothing.</param>
/// <param name="Secret">The whole value, if it is or holds a secret.</param>
/// <param name="Problem">
/// What is wrong, to follow the variable's name: "is 'x': give ..."; never with a secret. Null: nothing is wrong.
/// </param>
internal sealed record Translated(string? Value, string? Secret = null, string? Problem = null)
{
    /// <summary>The value means our default, whatever that is: the setting is left out.</summary>
    public static Translated LeftOut { get; } = new(Value: null);

    /// <summary>A value that may be printed.</summary>
    public static Translated Of(string value) => new(value);

    /// <summary>A value that is, or holds, a secret.</summary>
    /// <param name="secret">The whole value.</param>
    /// <param name="rest">What is left without the secret and is still of use, or null.</param>
    public static Translated Hidden(string secret, string? rest = null) => new(rest, secret);

    /// <summary>A wrong value that may be a secret: the sentence does not repeat it.</summary>
    /// <param name="problem">What is wrong, to follow the variable's name.</param>
    public static Translated Wrong(string problem) => new(null, null, problem);

    /// <summary>A wrong value that is no secret: it is repeated, clipped.</summary>
    /// <param name="text">The value.</param>
    /// <param name="remedy">What to give instead, without a full stop.</param>
    public static Translated Wrong(string text, string remedy) => Wrong($"is '{Clip(text)}': {remedy}.");

    private static string Clip(string text)
    {
        const int longest = 60;
        var line = new string([.. text.Take(longest).Select(character => char.IsControl(character) ? '?' : character)]);
        return text.Length > longest ? line + "..." : line;
    }
}
