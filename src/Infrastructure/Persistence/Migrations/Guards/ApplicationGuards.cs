using Rollups.Domain;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>What may happen to an application's state.</summary>
internal static class ApplicationGuards
{
    private const string StateChanges = "BEFORE UPDATE OF state, reason_kind, reason";

    public static IEnumerable<Guard> All =>
        [
            new(
                "application_fault_final",
                "applications",
                StateChanges,
                """
                OLD.reason_kind IN ('DIVERGED', 'CORRUPTED') AND (OLD.state <> NEW.state
                    OR OLD.reason_kind IS DISTINCT FROM NEW.reason_kind OR OLD.reason IS DISTINCT FROM NEW.reason)
                """,
                "DIVERGED and CORRUPTED are final"
            ),
            new(
                "application_fault_kept",
                "applications",
                StateChanges,
                """
                OLD.reason_kind IS NOT NULL AND OLD.reason_kind NOT IN ('FAILED', 'DIVERGED', 'CORRUPTED')
                    AND OLD.reason_kind IS DISTINCT FROM NEW.reason_kind AND NEW.reason_kind IS DISTINCT FROM 'CORRUPTED'
                """,
                "a fault of the machine, of its outputs or of L1 can be followed by CORRUPTED alone"
            ),
            new(
                "application_fault_while_disabled",
                "applications",
                StateChanges,
                """
                OLD.state = 'DISABLED' AND NEW.state = 'INOPERABLE'
                """,
                "an application that is switched off cannot become inoperable"
            ),
        ];
}
