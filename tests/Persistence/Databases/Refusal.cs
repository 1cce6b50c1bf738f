using Microsoft.Data.Sqlite;
using Npgsql;

namespace Rollups.Persistence.Tests;

/// <summary>What the database says when it refuses a change.</summary>
internal static class Refusal
{
    /// <summary>The change is refused by the named constraint or trigger.</summary>
    public static async Task ByAsync(string name, Func<Task> change) => (await OfAsync(change)).Message.ShouldContain(name);

    /// <summary>The change is refused as it repeats a unique key.</summary>
    public static async Task AsDuplicateAsync(Func<Task> change)
    {
        var refusal = await OfAsync(change);
        var isDuplicate =
            refusal
            is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
                or SqliteException { SqliteExtendedErrorCode: 2067 or 1555 };
        isDuplicate.ShouldBeTrue(refusal.Message);
    }

    private static async Task<Exception> OfAsync(Func<Task> change)
    {
        var exception = await Should.ThrowAsync<Exception>(change);
        var cause = exception.GetBaseException();
        (cause is PostgresException or SqliteException).ShouldBeTrue(cause.ToString());
        return cause;
    }
}
