using System.Text;
using System.Text.RegularExpressions;

namespace Rollups.Cli.Config;

/// <summary>
/// One line of a file of variables. Behind <c>export</c> it is read as a shell does: several assignments, each up to a blank. Otherwise an
/// unquoted value goes to the end of the line, as docker and systemd have it, and ends before a comment.
/// </summary>
internal sealed partial class EnvironmentLine
{
    private readonly string _line;
    private readonly Func<string, string?> _valueOf;
    private int _at;

    private EnvironmentLine(string line, Func<string, string?> valueOf) => (_line, _valueOf) = (line, valueOf);

    /// <summary>The assignments of a line; none in an empty line or a comment.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="valueOf">The value of a variable that the line refers to, or null.</param>
    /// <exception cref="FormatException">It is no assignment, or a malformed one; the message never has its text.</exception>
    public static IReadOnlyList<(string Name, string Value)> Parse(string line, Func<string, string?> valueOf)
    {
        var parser = new EnvironmentLine(line.Trim(), valueOf);
        return parser._line.Length == 0 || parser._line[0] == '#' ? [] : parser.Assignments();
    }

    private List<(string, string)> Assignments()
    {
        var found = new List<(string, string)>();
        var isShell = Export().Match(_line) is { Success: true } export && (_at = export.Length) > 0;
        while (true)
        {
            var name = Name();
            var isQuoted = _at < _line.Length && _line[_at] is '\'' or '"';
            found.Add((name, isShell || isQuoted ? Word() : Rest()));
            SkipBlanks();
            if (_at == _line.Length || _line[_at] == '#')
                return found;
            if (!isShell)
                throw new FormatException("there is more behind the closing quote; quote the whole value.");
        }
    }

    private string Name()
    {
        var match = Assignment().Match(_line, _at);
        if (!match.Success)
            throw new FormatException("write NAME=VALUE, or a # before a comment.");
        _at += match.Length;
        return match.Groups[1].Value;
    }

    // A word of a shell: quoted and unquoted pieces up to a blank.
    private string Word()
    {
        var text = new StringBuilder();
        while (_at < _line.Length && !char.IsWhiteSpace(_line[_at]))
        {
            switch (_line[_at])
            {
                case '\'':
                    text.Append(_line, _at + 1, Closing('\'') - _at - 1);
                    _at = Closing('\'') + 1;
                    break;
                case '"':
                    _at++;
                    Quoted(text);
                    break;
                case '\\' when _at + 1 < _line.Length:
                    text.Append(_line[_at + 1]);
                    _at += 2;
                    break;
                case '$':
                    Reference(text);
                    break;
                default:
                    text.Append(_line[_at++]);
                    break;
            }
        }
        return text.ToString();
    }

    private void Quoted(StringBuilder text)
    {
        while (true)
        {
            if (_at == _line.Length)
                throw NotClosed();
            switch (_line[_at])
            {
                case '"':
                    _at++;
                    return;
                case '\\' when _at + 1 < _line.Length && _line[_at + 1] is '"' or '\\' or '$' or '`':
                    text.Append(_line[_at + 1]);
                    _at += 2;
                    break;
                case '$':
                    Reference(text);
                    break;
                default:
                    text.Append(_line[_at++]);
                    break;
            }
        }
    }

    private string Rest()
    {
        var text = new StringBuilder();
        while (_at < _line.Length && !(_line[_at] == '#' && (text.Length == 0 || char.IsWhiteSpace(_line[_at - 1]))))
        {
            if (_line[_at] == '$')
                Reference(text);
            else
                text.Append(_line[_at++]);
        }
        return text.ToString().TrimEnd();
    }

    private void Reference(StringBuilder text)
    {
        if (Variable().Match(_line, _at) is not { Success: true } match)
        {
            if (_at + 1 < _line.Length && _line[_at + 1] is '{' or '(')
                throw new FormatException("it holds a ${...} or $(...) that only a shell can expand; write the value itself.");
            text.Append(_line[_at++]);
            return;
        }
        text.Append(
            _valueOf(match.Groups["name"].Value)
                ?? throw new FormatException(
                    "it refers with $ to a variable that is not set; write a value that holds a $ in single quotes."
                )
        );
        _at += match.Length;
    }

    private int Closing(char quote) => _line.IndexOf(quote, _at + 1) is var end and >= 0 ? end : throw NotClosed();

    private void SkipBlanks()
    {
        while (_at < _line.Length && char.IsWhiteSpace(_line[_at]))
            _at++;
    }

    private static FormatException NotClosed() => new("a quote is not closed; a value has one line.");

    [GeneratedRegex(@"^(?:export|declare\s+-x)\s+")]
    private static partial Regex Export();

    [GeneratedRegex(@"\G([A-Za-z_][A-Za-z0-9_]*)\s*=[ \t]*")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"\G\$(?:\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}|(?<name>[A-Za-z_][A-Za-z0-9_]*))")]
    private static partial Regex Variable();
}
