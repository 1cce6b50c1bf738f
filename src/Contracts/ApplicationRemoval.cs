using MassTransit;

namespace Rollups.Contracts;

/// <summary>
/// Answer to <see cref="RemoveApplication"/>: the application is being removed, and nothing brings it back. Once it is gone,
/// <see cref="AppRemoved"/> is published, and the command is refused because there is no such application.
/// </summary>
[EntityName("app.removal")]
public sealed record ApplicationRemoval
{
    /// <summary>The operator's name of the application.</summary>
    public required string Name { get; init; }

    /// <summary>Address of the application contract: 0x and 40 lower-case hex digits.</summary>
    public required string Application { get; init; }

    /// <summary>True if an earlier command had begun the removal.</summary>
    public required bool AlreadyBegun { get; init; }

    /// <summary>Transactions of the application that the node still waits for, before it deletes anything.</summary>
    public required int TransactionsInFlight { get; init; }

    /// <summary>Inputs that are not deleted yet.</summary>
    public required ulong InputsLeft { get; init; }
}
