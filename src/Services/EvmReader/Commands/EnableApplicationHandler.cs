using Microsoft.Extensions.Logging;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.EvmReader.Commands;

/// <summary>Enables an application again, unless the cause of its stop still stands.</summary>
internal sealed partial class EnableApplicationHandler(
    NamedApplication named,
    EpochTransitions transitions,
    TimeProvider clock,
    ILogger<EnableApplicationHandler> logger
)
{
    /// <exception cref="CommandRefusedException">Nothing was changed.</exception>
    public async Task<EnabledApplication> ExecuteAsync(EnableApplication command, CancellationToken cancellationToken)
    {
        var application = await named.LockAsync(command.Application, cancellationToken);
        if (application.State == ApplicationState.Removing)
            throw new CommandRefusedException(
                $"The application '{application.Name}' is being removed and cannot be enabled: register it again once it is gone."
            );
        if (application.ReasonKind is { } kind && !kind.MayBeEnabled())
            throw new CommandRefusedException(
                $"The application '{application.Name}' stays stopped: {EnumNames.Of(kind)} is final. "
                    + $"{StopRemedy.Of(kind, application.Name)} It stopped because of this: {application.Reason}"
            );
        var isNew = await transitions.EnableAsync(application, clock.GetUtcNow(), cancellationToken);
        if (isNew)
            LogEnabled(logger, application.Name, application.Address, application.Reason ?? "an operator had disabled it");
        return new EnabledApplication
        {
            Name = application.Name,
            Application = application.Address.ToString(),
            AlreadyEnabled = !isNew,
            ClearedReason = application.Reason,
        };
    }

    [LoggerMessage(
        1,
        LogLevel.Information,
        "Application {Name} ({Application}) is enabled again, and every service continues with it. It had stopped: {Reason}"
    )]
    private static partial void LogEnabled(ILogger logger, string name, Address application, string reason);
}
