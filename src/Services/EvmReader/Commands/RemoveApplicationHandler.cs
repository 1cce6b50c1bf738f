using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Commands;

/// <summary>Begins to remove an application, or reports how far its removal is. <see cref="RemoveApplications"/> does the work.</summary>
internal sealed partial class RemoveApplicationHandler(
    RollupsDbContext db,
    NamedApplication named,
    EpochTransitions transitions,
    TimeProvider clock,
    ILogger<RemoveApplicationHandler> logger
)
{
    /// <exception cref="CommandRefusedException">Nothing was changed.</exception>
    public async Task<ApplicationRemoval> ExecuteAsync(RemoveApplication command, CancellationToken cancellationToken)
    {
        var application = await named.LockAsync(command.Application, cancellationToken);
        var isNew = application.State != ApplicationState.Removing;
        if (isNew && !command.Force && await ClaimsOnTheirWay.CountAsync(db, application.Id, cancellationToken) is > 0 and var claims)
            throw new CommandRefusedException(Reason(application, claims));
        if (isNew && await transitions.BeginRemovalAsync(application, clock.GetUtcNow(), cancellationToken))
            LogBegun(logger, application.Name, application.Address);
        var inputs = db.Inputs.Where(input => input.ApplicationId == application.Id).Select(input => (ulong?)input.Index);
        // They have no gaps, so no row but the two ends need be read.
        var (first, last) = (await inputs.MinAsync(cancellationToken), await inputs.MaxAsync(cancellationToken));
        return new ApplicationRemoval
        {
            Name = application.Name,
            Application = application.Address.ToString(),
            AlreadyBegun = !isNew,
            TransactionsInFlight = await InFlightAsync(db, application.Id, cancellationToken),
            InputsLeft = last - first + 1 ?? 0,
        };
    }

    /// <summary>Transactions of the application that may still be mined.</summary>
    public static Task<int> InFlightAsync(RollupsDbContext db, int applicationId, CancellationToken cancellationToken) =>
        db.Transactions.CountAsync(row => row.ApplicationId == applicationId && row.State == TransactionState.Pending, cancellationToken);

    private static string Reason(Application application, int claims) =>
        $"The application '{application.Name}' has {claims} claim{(claims == 1 ? "" : "s")} on the way, and L1 has not decided "
        + $"{(claims == 1 ? "it" : "them")} yet: disable the application, wait until 'rollups app status {application.Name}' shows no "
        + "claim that is submitted, then remove it. Or force the removal: the node then waits for its own transactions alone, does not "
        + "see what L1 decides"
        + (
            application.ConsensusType == ConsensusType.Prt
                ? ", and plays no tournament to its end, so that the bond can be lost."
                : ", and does not warn if L1 accepts another claim."
        );

    [LoggerMessage(
        1,
        LogLevel.Information,
        "Application {Name} ({Application}) is being removed: once its transactions have come to their end, the node deletes everything "
            + "that it has stored of it."
    )]
    private static partial void LogBegun(ILogger logger, string name, Address application);
}
