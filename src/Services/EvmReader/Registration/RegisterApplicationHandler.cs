using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Registration;

/// <summary>
/// Checks an application on L1 and starts following it. All or nothing: the row and app.registered are one transaction, begun after
/// every check has passed. Idempotent: a repeated command changes nothing.
/// </summary>
internal sealed partial class RegisterApplicationHandler(
    IEthereumClient client,
    IUnitOfWork unit,
    TimeProvider clock,
    ILogger<RegisterApplicationHandler> logger
)
{
    private readonly InspectApplication _inspect = new(client);

    /// <exception cref="RegistrationRefusedException">
    /// Nothing was registered; the message gives the reason in one sentence for the operator.
    /// </exception>
    public async Task<ApplicationRegistration> ExecuteAsync(RegisterApplication command, CancellationToken cancellationToken)
    {
        var wanted = RegistrationRequest.Parse(command);
        // An existing registration is answered from the database, so that a repeated command does not need L1.
        if (await unit.ExecuteAsync((scope, token) => FindAsync(scope.Db, wanted, token), cancellationToken) is { } existing)
            return Answer(existing, alreadyRegistered: true);
        var found = await InspectAsync(wanted, cancellationToken);
        var (registered, isNew) = await unit.ExecuteAsync((scope, token) => StoreAsync(scope, wanted, found, token), cancellationToken);
        if (isNew)
            LogRegistered(
                logger,
                registered.Name,
                registered.Address,
                registered.ConsensusType,
                registered.ConsensusAddress,
                registered.EpochLength
            );
        return Answer(registered, alreadyRegistered: !isNew);
    }

    private async Task<InspectedApplication> InspectAsync(RegistrationRequest wanted, CancellationToken cancellationToken)
    {
        try
        {
            return await _inspect.ExecuteAsync(wanted.Address, wanted.TemplateHash, cancellationToken);
        }
        catch (Exception exception) when (exception is EthereumUnreachableException or EthereumRpcException)
        {
            throw new RegistrationRefusedException($"The application '{wanted.Name}' could not be checked on L1: {exception.Message}");
        }
    }

    private async Task<(Application Application, bool IsNew)> StoreAsync(
        IWorkScope scope,
        RegistrationRequest wanted,
        InspectedApplication found,
        CancellationToken cancellationToken
    )
    {
        if (await FindAsync(scope.Db, wanted, cancellationToken) is { } existing)
            return (existing, false);
        var app = new Application
        {
            Name = wanted.Name,
            Address = wanted.Address,
            ConsensusAddress = found.Consensus,
            ConsensusType = found.Kind,
            EpochLength = found.EpochLength,
            InputBoxAddress = found.InputBox,
            InputBoxBlock = found.InputBoxBlock,
            DeploymentBlock = found.DeploymentBlock,
            TemplateHash = found.TemplateHash,
            TemplateUri = wanted.TemplateUri,
        };
        await scope.Transitions.RegisterAsync(app, clock.GetUtcNow(), cancellationToken);
        return (app, true);
    }

    /// <summary>The matching registration, or null if neither the name nor the address is taken.</summary>
    private static async Task<Application?> FindAsync(RollupsDbContext db, RegistrationRequest wanted, CancellationToken cancellationToken)
    {
        var rows = await db
            .Applications.AsNoTracking()
            .Where(app => app.Name == wanted.Name || app.Address == wanted.Address)
            .ToListAsync(cancellationToken);
        foreach (var app in rows)
        {
            if (app.Address != wanted.Address)
                throw new RegistrationRefusedException(
                    $"The name '{wanted.Name}' belongs to the application {app.Address} already, not to {wanted.Address}: choose another "
                        + $"name."
                );
            if (app.Name != wanted.Name)
                throw new RegistrationRefusedException(
                    $"The application {wanted.Address} is registered already, under the name '{app.Name}', not '{wanted.Name}': use that "
                        + $"name."
                );
            if (app.State == ApplicationState.Removing)
                throw new RegistrationRefusedException(
                    $"The application '{app.Name}' is being removed: register it again once 'rollups app list' does not show it any more."
                );
            if (wanted.TemplateHash is { } hash && app.TemplateHash != hash)
                throw new RegistrationRefusedException(
                    $"The application '{app.Name}' is registered already with template hash {app.TemplateHash}, not {hash}: give that one, "
                        + $"or none."
                );
            if (app.TemplateUri != wanted.TemplateUri)
                throw new RegistrationRefusedException(
                    $"The application '{app.Name}' is registered already with the machine '{app.TemplateUri}', not '{wanted.TemplateUri}': "
                        + $"give that one."
                );
        }

        return rows.SingleOrDefault();
    }

    private static ApplicationRegistration Answer(Application app, bool alreadyRegistered) =>
        new()
        {
            Name = app.Name,
            Application = app.Address.ToString(),
            Consensus = app.ConsensusAddress.ToString(),
            ConsensusType = EnumNames.Of(app.ConsensusType),
            EpochLength = app.EpochLength,
            AlreadyRegistered = alreadyRegistered,
        };

    [LoggerMessage(
        1,
        LogLevel.Information,
        "Application {Name} ({Application}) is registered: {Consensus} at {ConsensusAddress}, {EpochLength} blocks per epoch (0: the "
            + "contract seals them)."
    )]
    private static partial void LogRegistered(
        ILogger logger,
        string name,
        Address application,
        ConsensusType consensus,
        Address consensusAddress,
        ulong epochLength
    );
}
