using System.Data.Common;
using System.Text.RegularExpressions;

namespace Rollups.Cli.Config;

/// <summary>The Go node's URL of PostgreSQL, as libpq and pgx read it, as a connection string of Npgsql.</summary>
internal static partial class GoDatabaseUrl
{
    private const string Form = "give postgres://user:password@host:5432/database";
    private const string Password = "Password";

    private static readonly Dictionary<string, string> SslModes = new(StringComparer.Ordinal)
    {
        ["disable"] = "Disable",
        ["allow"] = "Allow",
        ["prefer"] = "Prefer",
        ["require"] = "Require",
        ["verify-ca"] = "VerifyCA",
        ["verify-full"] = "VerifyFull",
    };

    // Parameters whose value Npgsql takes as it is.
    private static readonly Dictionary<string, string> Keywords = new(StringComparer.Ordinal)
    {
        ["user"] = "Username",
        ["password"] = Password,
        ["dbname"] = "Database",
        ["passfile"] = "Passfile",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslrootcert"] = "Root Certificate",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["search_path"] = "Search Path",
        ["options"] = "Options",
        ["timezone"] = "Timezone",
        ["target_session_attrs"] = "Target Session Attributes",
        ["pool_max_conns"] = "Maximum Pool Size",
        ["pool_min_conns"] = "Minimum Pool Size",
    };

    /// <summary>Translates the URL; the password is hidden, the rest is not.</summary>
    /// <param name="text">The URL. No sentence repeats it, because it may hold the password anywhere.</param>
    public static Translated Translate(string text)
    {
        // Not Uri: a URL of libpq may name several hosts.
        if (Url().Match(text) is not { Success: true } url)
            return Translated.Wrong($"is not a URL of PostgreSQL: {Form}.");
        var connection = new DbConnectionStringBuilder();
        SetHosts(connection, url.Groups["hosts"].Value);
        Set(connection, "Database", url.Groups["database"].Value);
        Set(connection, "Username", url.Groups["user"].Value);
        Set(connection, Password, url.Groups["password"].Value);
        foreach (var parameter in url.Groups["query"].Value.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Add(connection, parameter) is { } problem)
                return Translated.Wrong(problem);
        }
        if (!connection.ContainsKey("Host"))
            return Translated.Wrong($"names no server: {Form}.");

        var whole = connection.ConnectionString;
        return connection.Remove(Password) ? Translated.Hidden(whole, connection.ConnectionString) : Translated.Of(whole);
    }

    // The sentence for a parameter that cannot be translated: it has the parameter's name, never its value.
    private static string? Add(DbConnectionStringBuilder connection, string parameter)
    {
        var (name, value) = parameter.Split('=', 2) is [var left, var right] ? (left, Uri.UnescapeDataString(right)) : (parameter, "");
        if (!ParameterName().IsMatch(name))
            return $"has a parameter without a proper name: {Form}, and NAME=VALUE behind a question mark.";
        if (name == "sslmode")
        {
            if (!SslModes.TryGetValue(value, out var mode))
                return $"has an unknown sslmode: use {string.Join(", ", SslModes.Keys.SkipLast(1))} or {SslModes.Keys.Last()}.";
            connection["SSL Mode"] = mode;
            return null;
        }
        if (name is "host" or "port")
            return $"has the parameter {name}: give host and port before the database's name.";
        if (!Keywords.TryGetValue(name, out var keyword))
            return $"has the parameter {name}, which cannot be translated: leave it out of the URL, and add what Npgsql has instead to "
                + "Database:ConnectionString.";
        Set(connection, keyword, value, isEscaped: false);
        return null;
    }

    private static void Set(DbConnectionStringBuilder connection, string keyword, string text, bool isEscaped = true)
    {
        if (text.Length > 0)
            connection[keyword] = isEscaped ? Uri.UnescapeDataString(text) : text;
    }

    // Operators know Host=...;Port=...; several hosts keep their ports beside them, which Npgsql reads too.
    private static void SetHosts(DbConnectionStringBuilder connection, string hosts)
    {
        var single = HostAndPort().Match(hosts);
        Set(connection, "Host", single.Success ? single.Groups["host"].Value : hosts);
        Set(connection, "Port", single.Groups["port"].Value);
    }

    // The last @ ends the password, as in Go.
    [GeneratedRegex(
        @"^postgres(?:ql)?://(?:(?<user>[^:/?#\s]*)(?::(?<password>[^/?#\s]*))?@)?(?<hosts>[^@/?#\s]*)"
            + @"(?:/(?<database>[^/?#\s]*))?(?:\?(?<query>[^#\s]*))?$"
    )]
    private static partial Regex Url();

    [GeneratedRegex(@"^[a-z_]{1,64}$")]
    private static partial Regex ParameterName();

    [GeneratedRegex(@"^(?<host>[^:,\[\]]+|\[[0-9a-fA-F:.]+\]):(?<port>[0-9]{1,5})$")]
    private static partial Regex HostAndPort();
}
