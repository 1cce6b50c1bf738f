using Microsoft.Extensions.Logging;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Commands;

/// <summary>Disables an application. One that a fault has stopped stays as it is, because its reason must not be lost.</summary>
internal sealed partial class DisableApplicationHandler(
    RollupsDbContext db,
    NamedApplication named,
    EpochTransitions transitions,
    TimeProvider clock,
    ILogger<DisableApplicationHandler> logger
)
{
    /// <exception cref="CommandRefusedException">Nothing was changed.</exception>
    public async Task<DisabledApplication> ExecuteAsync(DisableApplication command, CancellationToken cancellationToken)
    {
        var application = await named.LockAsync(command.Application, cancellationToken);
        if (application.State == ApplicationState.Removing)
            throw new CommandRefusedException(
                $"The application '{application.Name}' is being removed: the node runs nothing of it any more."
            );
        var isNew = await transitions.DisableAsync(application, clock.GetUtcNow(), cancellationToken);
        var claims = await ClaimsOnTheirWay.CountAsync(db, application.Id, cancellationToken);
        if (isNew)
            LogDisabled(logger, application.Name, application.Address, claims);
        return new DisabledApplication
        {
            Name = application.Name,
            Application = application.Address.ToString(),
            State = EnumNames.Of(isNew ? ApplicationState.Disabled : application.State),
            AlreadyStopped = !isNew,
            ClaimsOnTheirWay = claims,
        };
    }

    [LoggerMessage(
        1,
        LogLevel.Information,
        "Application {Name} ({Application}) is disabled: the node runs no input and makes no claim. It still observes L1, and follows the "
            + "{Claims} claims on their way to their end."
    )]
    private static partial void LogDisabled(ILogger logger, string name, Address application, int claims);
}
