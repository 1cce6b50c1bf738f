using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Database;
using Rollups.Domain;

namespace Rollups.Cli.App;

/// <summary>How an application is, from the node's database.</summary>
/// <param name="Name">Name.</param>
/// <param name="Address">Address of its contract.</param>
/// <param name="Consensus">Kind of its consensus contract.</param>
/// <param name="Health">HEALTHY, DISABLED, INOPERABLE or REMOVING.</param>
/// <param name="ReasonKind">Kind of the fault that stopped it.</param>
/// <param name="Reason">The fault.</param>
/// <param name="Remedy">What the operator can do.</param>
/// <param name="L1Head">Newest block of L1; null if no endpoint is set or it does not answer.</param>
/// <param name="LastReadBlock">Block up to which its inputs are read.</param>
/// <param name="StoredInputs">Inputs that are stored.</param>
/// <param name="ProcessedInputs">Inputs that the machine has run.</param>
/// <param name="Epochs">Its newest epochs, the newest first.</param>
internal sealed record ApplicationStatus(
    string Name,
    Address Address,
    ConsensusType Consensus,
    string Health,
    InoperableKind? ReasonKind,
    string? Reason,
    string? Remedy,
    ulong? L1Head,
    ulong LastReadBlock,
    ulong StoredInputs,
    ulong ProcessedInputs,
    IReadOnlyList<EpochStage> Epochs
)
{
    public const int NewestEpochs = 5;

    /// <summary>Reads it.</summary>
    public static async Task<ApplicationStatus> LoadAsync(
        NodeDatabase database,
        ApplicationKey key,
        ulong? head,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var app = await key.FindAsync(database, cancellationToken);
        var newest = await database
            .Db.Inputs.Where(input => input.ApplicationId == app.Id)
            .MaxAsync(input => (ulong?)input.Index, cancellationToken);
        var epochs = await database
            .Db.Epochs.AsNoTracking()
            .Where(epoch => epoch.ApplicationId == app.Id)
            .OrderByDescending(epoch => epoch.Index)
            .Take(NewestEpochs)
            .ToListAsync(cancellationToken);
        return new ApplicationStatus(
            app.Name,
            app.Address,
            app.ConsensusType,
            app.State == ApplicationState.Enabled ? "HEALTHY" : EnumNames.Of(app.State),
            app.ReasonKind,
            app.Reason,
            RemedyOf(app.Name, app.State, app.ReasonKind),
            head,
            app.LastInputCheckBlock,
            newest + 1 ?? 0,
            app.ProcessedInputs,
            [.. epochs.Select(epoch => EpochStage.Of(epoch, now))]
        );
    }

    /// <summary>What the operator can do about the state of an application.</summary>
    public static string? RemedyOf(string name, ApplicationState state, InoperableKind? kind) =>
        (state, kind) switch
        {
            (_, { } fault) => StopRemedy.Of(fault, name),
            (ApplicationState.Disabled, _) => $"An operator disabled it: 'rollups app enable {name}' starts it again.",
            (ApplicationState.Removing, _) => "An operator removes it: it disappears once its transactions have come to their end.",
            _ => null,
        };
}
