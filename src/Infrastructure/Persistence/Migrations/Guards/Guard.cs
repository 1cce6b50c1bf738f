using Rollups.Domain;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>
/// A trigger that refuses a change that no correct service makes. The condition is SQL that PostgreSQL and SQLite have in common, so the
/// rule is
/// written once.
/// </summary>
/// <param name="Name">Name of the trigger; it begins the error message, as a constraint's name does.</param>
/// <param name="Table">Table.</param>
/// <param name="When">Event, such as <c>BEFORE UPDATE OF status</c>; always for each row.</param>
/// <param name="Refused">SQL over OLD and NEW that is true for a change to refuse.</param>
/// <param name="Message">What is wrong, for the log.</param>
internal sealed record Guard(string Name, string Table, string When, string Refused, string Message)
{
    /// <summary>The trigger for SQLite.</summary>
    public string ToSqlite() =>
        $"""
            CREATE TRIGGER {Name} {When} ON "{Table}" FOR EACH ROW
            WHEN {Refused}
            BEGIN
                SELECT RAISE(ABORT, '{Name}: {Message}');
            END;
            """;

    /// <summary>The trigger for PostgreSQL, with its function.</summary>
    public string ToPostgres() =>
        $"""
            CREATE FUNCTION {Name}() RETURNS trigger LANGUAGE plpgsql AS $guard$
            BEGIN
                IF {Refused} THEN
                    RAISE EXCEPTION '{Name}: {Message}' USING ERRCODE = 'check_violation', TABLE = '{Table}', CONSTRAINT = '{Name}';
                END IF;
                RETURN NEW;
            END $guard$;
            CREATE TRIGGER {Name} {When} ON "{Table}" FOR EACH ROW EXECUTE FUNCTION {Name}();
            """;

    /// <summary>Takes the trigger away.</summary>
    public string DropSqlite() => $"DROP TRIGGER {Name};";

    /// <summary>Takes the trigger and its function away.</summary>
    public string DropPostgres() => $"DROP FUNCTION {Name}() CASCADE;";
}
