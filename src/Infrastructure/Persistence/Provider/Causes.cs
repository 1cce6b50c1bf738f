namespace Rollups.Persistence;

/// <summary>The causes of a failure.</summary>
internal static class Causes
{
    /// <summary>
    /// The failure itself, its cause, the cause of that, and so on; all of several causes, such as one per server that was tried.
    /// </summary>
    public static IEnumerable<Exception> Of(Exception exception) =>
        exception switch
        {
            AggregateException several => several.InnerExceptions.SelectMany(Of).Prepend(several),
            { InnerException: { } cause } => Of(cause).Prepend(exception),
            _ => [exception],
        };
}
