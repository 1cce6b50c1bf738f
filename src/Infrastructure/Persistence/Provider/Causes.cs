namespace Rollups.Persistence;

/// <summary>The chain of causes of a failure.</summary>
internal static class Causes
{
    /// <summary>The failure itself, what caused it, and so on.</summary>
    public static IEnumerable<Exception> Of(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
            yield return cause;
    }
}
