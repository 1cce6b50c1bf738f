namespace Rollups.Persistence.Migrations.Guards;

/// <summary>
/// What may happen to an application's state since operators disable, enable and remove applications. Replaces all of
/// <see cref="ApplicationGuards"/>. It stays as it is: a change is a new migration.
/// </summary>
internal static class OperatorGuards
{
    private const string StateChanges = "BEFORE UPDATE OF state, reason_kind, reason";

    public static IEnumerable<Guard> All =>
        [
            new(
                "application_fault_final",
                "applications",
                StateChanges,
                """
                OLD.reason_kind IN ('DIVERGED', 'CORRUPTED') AND NEW.state <> 'REMOVING' AND (OLD.state <> NEW.state
                    OR OLD.reason_kind IS DISTINCT FROM NEW.reason_kind OR OLD.reason IS DISTINCT FROM NEW.reason)
                """,
                "DIVERGED and CORRUPTED are final, except that the application can be removed"
            ),
            new(
                "application_fault_kept",
                "applications",
                StateChanges,
                """
                OLD.reason_kind IS NOT NULL AND OLD.reason_kind NOT IN ('FAILED', 'DIVERGED', 'CORRUPTED') AND NEW.state <> 'REMOVING'
                    AND OLD.reason_kind IS DISTINCT FROM NEW.reason_kind AND NEW.reason_kind IS DISTINCT FROM 'CORRUPTED'
                """,
                "a fault of the machine, of its outputs or of L1 can be followed by CORRUPTED alone, or the application be removed"
            ),
            // What L1 shows about it is still recorded; what an operator could enable again is not found while it is off.
            new(
                "application_fault_while_disabled",
                "applications",
                StateChanges,
                """
                OLD.state = 'DISABLED' AND NEW.state = 'INOPERABLE' AND NEW.reason_kind = 'FAILED'
                """,
                "an application that is switched off cannot become FAILED"
            ),
            new(
                "application_removal_final",
                "applications",
                StateChanges,
                """
                OLD.state = 'REMOVING' AND NEW.state <> 'REMOVING'
                """,
                "an application that is being removed does not come back"
            ),
        ];
}
