using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rollups.Domain;

namespace Rollups.Transactions;

/// <summary>Withholds results whose inputs L1 no longer has, and logs each reason once.</summary>
internal sealed partial class WithheldResults(InputHistoryCheck history, ILogger<WithheldResults> logger)
{
    // Application to the last logged reason.
    private readonly ConcurrentDictionary<string, string> _logged = new();

    /// <summary>Whether a transaction of that kind would send such a result.</summary>
    public async Task<bool> IsWithheldAsync(
        string application,
        int applicationId,
        TransactionKind kind,
        ulong epoch,
        CancellationToken cancellationToken
    )
    {
        if (!kind.CarriesResult() || await history.FindMismatchAsync(applicationId, epoch, cancellationToken) is not { } doubt)
            return false;
        if (!_logged.TryGetValue(application, out var earlier) || earlier != doubt)
        {
            _logged[application] = doubt;
            LogWithheld(logger, application, kind.Describe(), epoch, doubt);
        }

        return true;
    }

    [LoggerMessage(
        6,
        LogLevel.Warning,
        "{Application}: the {What} of epoch {Epoch} is not sent: {Doubt}. Should the endpoint only lag, it is sent at a later head; if L1 "
            + "was reorganised, the EvmReader stops the application."
    )]
    private static partial void LogWithheld(ILogger logger, string application, string what, ulong epoch, string doubt);
}
